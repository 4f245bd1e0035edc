package dev.kith.bench.lists;

import dev.kith.core.pq.BlockLayout;
import dev.kith.core.pq.BlockScan;
import dev.kith.core.pq.ProductQuantizer;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.function.LongSupplier;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.LongVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/// Codes a second that a scan of blocks reaches, beside two floors of the same machine in the same run: reading the same bytes
/// and doing nothing with them, and the table lookups alone, out of registers.
final class ScanTrial {
    private static final int NEAR_ROWS = 4096;
    private static final long FAR_BYTES = 192L << 20;
    private static final int ROUNDS = 7;
    private static final int SHUFFLES = 1 << 16;
    private static final int CHAINS = 8;
    private static final byte[] SOME = new byte[64];

    static {
        for (int i = 0; i < SOME.length; i++) {
            SOME[i] = (byte) (7 * i);
        }
    }

    private ScanTrial() {}

    private record Codes(String name, ProductQuantizer quantizer) {
        BlockLayout layout() {
            return BlockLayout.of(quantizer);
        }

        double bytesPerCode() {
            return (double) layout().blockBytes() / layout().rows();
        }

        /// Table lookups a code, each in a table of 16 or 256 entries.
        int lookups() {
            return quantizer.subspaces();
        }
    }

    /// A Markdown table.
    static String run(int dimension, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        Codes[] all = {new Codes("signs", ProductQuantizer.signs(dimension)),
                new Codes("product 4 x 4 bits", quantizer((dimension + 3) / 4, 4, random)),
                new Codes("product 8 x 8 bits", quantizer((dimension + 7) / 8, 8, random))};
        boolean wide = ByteVector.SPECIES_PREFERRED.vectorBitSize() == 512;
        double narrow = wide ? CHAINS * (double) SHUFFLES * 64 / best(() -> shuffles(SHUFFLES)) : 0;
        double paired = wide ? CHAINS * (double) SHUFFLES * 64 / best(() -> pairedShuffles(SHUFFLES)) : 0;
        StringBuilder text = new StringBuilder(String.format(Locale.ROOT,
                "Dimension %d; millions of codes a second, one thread.%n%n"
                        + "| code | bytes a code | scanned, in cache | scanned, in memory | its bytes read, in memory | its lookups alone |%n"
                        + "|---|---:|---:|---:|---:|---:|%n",
                dimension));
        for (Codes codes : all) {
            try (Arena arena = Arena.ofConfined()) { // each way of scanning is compiled before one is measured
                MemorySegment bytes = filled(codes, NEAR_ROWS, arena, random);
                BlockScan scan = scan(codes.quantizer, arena, random);
                best(() -> scan(scan, bytes, NEAR_ROWS));
                best(() -> read(bytes));
            }
        }
        for (Codes codes : all) {
            try (Arena arena = Arena.ofConfined()) {
                int far = (int) (FAR_BYTES / codes.bytesPerCode());
                MemorySegment bytes = filled(codes, far, arena, random);
                BlockScan scan = scan(codes.quantizer, arena, random);
                double near = NEAR_ROWS / best(() -> scan(scan, bytes, NEAR_ROWS));
                double memory = far / best(() -> scan(scan, bytes, far));
                double read = bytes.byteSize() / best(() -> read(bytes)) / codes.bytesPerCode();
                double lookups = (codes.quantizer.centroids() == 16 ? narrow : paired / 2) / codes.lookups();
                text.append(
                        String.format(Locale.ROOT, "| %s | %.0f | %.0f | %.0f | %.0f | %s |%n", codes.name, codes.bytesPerCode(),
                                1e3 * near, 1e3 * memory, 1e3 * read,
                                wide ? String.format(Locale.ROOT, "%.0f", 1e3 * lookups) : "registers too narrow"));
            }
        }
        return text.toString();
    }

    private static ProductQuantizer quantizer(int subspaces, int bits, SplittableRandom random) {
        int part = bits == 4 ? 4 : 8;
        float[] codebooks = new float[(subspaces << bits) * part];
        for (int i = 0; i < codebooks.length; i++) {
            codebooks[i] = random.nextFloat() - 0.5f;
        }
        return ProductQuantizer.of(subspaces, bits, part, codebooks);
    }

    private static MemorySegment filled(Codes codes, int rows, Arena arena, SplittableRandom random) {
        BlockLayout layout = codes.layout();
        MemorySegment bytes = arena.allocate((long) layout.blocks(rows) * layout.blockBytes(), 64);
        for (long at = 0; at + 8 <= bytes.byteSize(); at += 8) {
            bytes.set(ValueLayout.JAVA_LONG, at, random.nextLong() & 0x3fff3fff3fff3fffL); // factors of rows stay finite
        }
        return bytes;
    }

    private static BlockScan scan(ProductQuantizer quantizer, Arena arena, SplittableRandom random) {
        BlockScan scan = new BlockScan(quantizer, arena);
        float[] table = new float[quantizer.subspaces() * quantizer.centroids()];
        for (int i = 0; i < table.length; i++) {
            table[i] = random.nextFloat() - 0.5f;
        }
        scan.tables().fill(table);
        scan.offset = 0;
        scan.width = 0;
        scan.threshold = -Float.MAX_VALUE;
        return scan;
    }

    private static long scan(BlockScan scan, MemorySegment codes, int rows) {
        int blocks = scan.layout().blocks(rows);
        long kept = 0;
        for (int from = 0; from < blocks; from += BlockScan.MAX_BLOCKS) {
            kept += scan.scan(codes, (long) from * scan.layout().blockBytes(), Math.min(BlockScan.MAX_BLOCKS, blocks - from));
        }
        return kept;
    }

    private static long read(MemorySegment bytes) {
        VectorSpecies<Long> species = LongVector.SPECIES_PREFERRED;
        LongVector a = LongVector.zero(species);
        LongVector b = a;
        LongVector c = a;
        LongVector d = a;
        int step = species.vectorByteSize();
        for (long at = 0; at <= bytes.byteSize() - 4L * step; at += 4L * step) {
            a = a.add(LongVector.fromMemorySegment(species, bytes, at, ByteOrder.LITTLE_ENDIAN));
            b = b.add(LongVector.fromMemorySegment(species, bytes, at + step, ByteOrder.LITTLE_ENDIAN));
            c = c.add(LongVector.fromMemorySegment(species, bytes, at + 2L * step, ByteOrder.LITTLE_ENDIAN));
            d = d.add(LongVector.fromMemorySegment(species, bytes, at + 3L * step, ByteOrder.LITTLE_ENDIAN));
        }
        return a.add(b).add(c.add(d)).reduceLanes(VectorOperators.ADD);
    }

    /// [#CHAINS] independent chains of lookups of 64 bytes in a table of 64.
    private static long shuffles(int count) {
        VectorSpecies<Byte> species = ByteVector.SPECIES_512;
        ByteVector t = ByteVector.fromArray(species, SOME, 0);
        ByteVector a = t;
        ByteVector b = t.add((byte) 1);
        ByteVector c = t.add((byte) 2);
        ByteVector d = t.add((byte) 3);
        ByteVector e = t.add((byte) 4);
        ByteVector f = t.add((byte) 5);
        ByteVector g = t.add((byte) 6);
        ByteVector h = t.add((byte) 7);
        for (int i = 0; i < count; i++) {
            a = a.selectFrom(t);
            b = b.selectFrom(t);
            c = c.selectFrom(t);
            d = d.selectFrom(t);
            e = e.selectFrom(t);
            f = f.selectFrom(t);
            g = g.selectFrom(t);
            h = h.selectFrom(t);
        }
        return a.add(b).add(c).add(d).add(e).add(f).add(g).add(h).reduceLanes(VectorOperators.ADD);
    }

    /// The same in a table of 128, of which a table of 256 takes two.
    private static long pairedShuffles(int count) {
        VectorSpecies<Byte> species = ByteVector.SPECIES_512;
        ByteVector t = ByteVector.fromArray(species, SOME, 0);
        ByteVector u = t.add((byte) 64);
        ByteVector a = t;
        ByteVector b = t.add((byte) 1);
        ByteVector c = t.add((byte) 2);
        ByteVector d = t.add((byte) 3);
        ByteVector e = t.add((byte) 4);
        ByteVector f = t.add((byte) 5);
        ByteVector g = t.add((byte) 6);
        ByteVector h = t.add((byte) 7);
        for (int i = 0; i < count; i++) {
            a = a.selectFrom(t, u);
            b = b.selectFrom(t, u);
            c = c.selectFrom(t, u);
            d = d.selectFrom(t, u);
            e = e.selectFrom(t, u);
            f = f.selectFrom(t, u);
            g = g.selectFrom(t, u);
            h = h.selectFrom(t, u);
        }
        return a.add(b).add(c).add(d).add(e).add(f).add(g).add(h).reduceLanes(VectorOperators.ADD);
    }

    /// Nanoseconds of the quickest of several runs of about 100 ms, after as much warming.
    private static double best(LongSupplier work) {
        double best = Double.POSITIVE_INFINITY;
        long sum = 0;
        for (int round = 0; round < 2 * ROUNDS; round++) {
            long start = System.nanoTime();
            int times = 0;
            long now;
            do {
                sum += work.getAsLong();
                times++;
                now = System.nanoTime();
            } while (now - start < 100_000_000L);
            if (round >= ROUNDS) {
                best = Math.min(best, (now - start) / (double) times);
            }
        }
        return sum == Long.MIN_VALUE ? -best : best;
    }
}
