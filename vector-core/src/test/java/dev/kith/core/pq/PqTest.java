package dev.kith.core.pq;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.kith.core.BuildControl;
import dev.kith.core.cluster.KMeansParameters;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.EnumSet;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class PqTest {
    static float[] gaussian(SplittableRandom random, int count) {
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return values;
    }

    private static double dot(float[] a, int from, float[] b, int at, int n) {
        double sum = 0;
        for (int i = 0; i < n; i++) {
            sum += (double) a[from + i] * b[at + i];
        }
        return sum;
    }

    @Test
    void wideScanGivesTheBitsOfTheScalarScan() {
        SplittableRandom random = new SplittableRandom(1);
        for (int bits : new int[]{4, 8}) {
            for (int subspaces : new int[]{1, 3, 4, 7, 8, 9, 48, 96, 257, 1024}) {
                scanBothWays(random, bits, subspaces);
            }
        }
    }

    private static void scanBothWays(SplittableRandom random, int bits, int subspaces) {
        ProductQuantizer quantizer = ProductQuantizer.of(subspaces, bits, 1, gaussian(random, subspaces << bits));
        BlockLayout layout = BlockLayout.of(quantizer);
        try (Arena arena = Arena.ofConfined()) {
            int blocks = 5;
            MemorySegment codes = arena.allocate((long) blocks * layout.blockBytes(), 64);
            byte[] code = new byte[subspaces];
            byte[] back = new byte[subspaces];
            for (int row = 0; row < blocks * layout.rows(); row++) {
                for (int s = 0; s < subspaces; s++) {
                    code[s] = (byte) random.nextInt(1 << bits);
                }
                long at = (long) row / layout.rows() * layout.blockBytes();
                layout.put(codes, at, row % layout.rows(), code, 0);
                layout.putFactors(codes, at, row % layout.rows(), random.nextFloat(),
                        BlockLayout.pack(random.nextFloat() - 0.5f, random.nextFloat()));
                layout.get(codes, at, row % layout.rows(), back, 0);
                assertArrayEquals(code, back, "layout loses codes: bits " + bits + " subspaces " + subspaces);
            }
            for (BlockScan.Kernel kernel : EnumSet.of(BlockScan.Kernel.best(), BlockScan.Kernel.NARROW)) {
                BlockScan fast = new BlockScan(quantizer, arena, kernel);
                BlockScan slow = new BlockScan(quantizer, arena, BlockScan.Kernel.SCALAR);
                float[] table = new float[subspaces << bits];
                quantizer.lookupTable(gaussian(random, subspaces), table);
                for (BlockScan scan : new BlockScan[]{fast, slow}) {
                    scan.tables().fill(table);
                    scan.offset = 0.25f;
                    scan.width = 0.5f;
                    scan.threshold = 0.3f;
                }
                int kept = fast.scan(codes, 0, blocks);
                assertEquals(slow.scalar(codes, 0, blocks), kept, kernel + " bits " + bits + " subspaces " + subspaces);
                for (int i = 0; i < kept; i++) {
                    assertEquals(slow.places[i], fast.places[i]);
                    assertEquals(slow.bounds[i], fast.bounds[i], 0f, kernel + " bits " + bits + " subspaces " + subspaces);
                }
                fast.threshold = Float.POSITIVE_INFINITY;
                assertEquals(blocks * layout.rows(), fast.scan(codes, 0, blocks), "nothing is below infinity");
            }
        }
    }

    @Test
    void paddingIsNeverKept() {
        ProductQuantizer quantizer = ProductQuantizer.signs(32);
        BlockLayout layout = BlockLayout.of(quantizer);
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment codes = arena.allocate(layout.blockBytes(), 64);
            for (int r = 0; r < layout.rows(); r++) {
                layout.putFactors(codes, 0, r, r == 7 ? -1f : Float.POSITIVE_INFINITY, 0);
            }
            BlockScan scan = new BlockScan(quantizer, arena);
            scan.tables().fill(new float[128]);
            scan.threshold = Float.POSITIVE_INFINITY;
            assertEquals(1, scan.scan(codes, 0, 1));
            assertEquals(7, scan.places[0]);
            assertThrows(IndexOutOfBoundsException.class, () -> scan.scan(codes, 1, 1));
            assertThrows(IndexOutOfBoundsException.class, () -> scan.scan(codes, 0, 17));
        }
    }

    @Test
    void byteTablesAndButterfliesGiveTheBitsOfTheirScalarTwins() {
        SplittableRandom random = new SplittableRandom(12);
        for (int bits : new int[]{4, 8}) {
            ProductQuantizer quantizer = ProductQuantizer.of(5, bits, 1, gaussian(random, 5 << bits));
            float[] table = gaussian(random, 5 << bits);
            try (Arena arena = Arena.ofConfined()) {
                ByteTables fast = new ByteTables(quantizer, arena);
                ByteTables slow = new ByteTables(quantizer, arena);
                fast.fill(table);
                slow.fillScalar(table);
                assertEquals(-1, fast.bytes().mismatch(slow.bytes()));
                assertEquals(slow.step(), fast.step());
                assertEquals(slow.base(), fast.base());
                fast.fill(new float[table.length]);
                assertEquals(0f, fast.step());
            }
        }
        for (int n = SimdTables.lanes(); n <= 2048; n *= 2) {
            float[] fast = gaussian(random, n + 3);
            float[] slow = fast.clone();
            SimdTables.hadamard(fast, 3, n);
            HadamardRotation.hadamard(slow, 3, n);
            assertArrayEquals(slow, fast, 0f, "window " + n);
        }
    }

    @Test
    void byteTablesAreWithinHalfAStepASubspace() {
        SplittableRandom random = new SplittableRandom(2);
        int subspaces = 24;
        ProductQuantizer quantizer = ProductQuantizer.of(subspaces, 4, 2, gaussian(random, subspaces * 2 * 16));
        BlockLayout layout = BlockLayout.of(quantizer);
        float[] query = gaussian(random, 48);
        float[] table = new float[subspaces * 16];
        quantizer.lookupTable(query, table);
        try (Arena arena = Arena.ofConfined()) {
            BlockScan scan = new BlockScan(quantizer, arena);
            scan.tables().fill(table);
            scan.threshold = Float.POSITIVE_INFINITY;
            MemorySegment codes = arena.allocate(layout.blockBytes(), 64);
            float[] decoded = new float[48];
            byte[][] rows = new byte[32][subspaces];
            for (int r = 0; r < 32; r++) {
                for (int s = 0; s < subspaces; s++) {
                    rows[r][s] = (byte) random.nextInt(16);
                }
                layout.put(codes, 0, r, rows[r], 0);
                layout.putFactors(codes, 0, r, 0f, BlockLayout.pack(1f, 0f));
            }
            assertEquals(32, scan.scan(codes, 0, 1));
            for (int i = 0; i < 32; i++) {
                quantizer.decode(rows[scan.places[i]], 0, decoded, 0);
                assertEquals(dot(query, 0, decoded, 0, 48), scan.bounds[i], 0.51 * scan.tables().step() * subspaces);
            }
        }
    }

    @Test
    void encoderFindsTheNearestCentroidOfEverySubspace() {
        SplittableRandom random = new SplittableRandom(3);
        for (int bits : new int[]{4, 8}) {
            float[] rows = gaussian(random, 700 * 12);
            ProductQuantizer quantizer = ProductQuantizer.train(rows, 700, 4, bits, KMeansParameters.DEFAULTS, BuildControl.NONE);
            byte[] codes = new byte[700 * 4];
            quantizer.encoder().encode(rows, 700, codes);
            float[] decoded = new float[12];
            float[] other = new float[12];
            for (int r = 0; r < 700; r += 13) {
                quantizer.decode(codes, r * 4, decoded, 0);
                byte[] changed = Arrays.copyOfRange(codes, r * 4, r * 4 + 4);
                for (int s = 0; s < 4; s++) {
                    double mine = squared(rows, r * 12 + 3 * s, decoded, 3 * s, 3);
                    for (int c = 0; c < quantizer.centroids(); c++) {
                        changed[s] = (byte) c;
                        quantizer.decode(changed, 0, other, 0);
                        assertTrue(mine <= squared(rows, r * 12 + 3 * s, other, 3 * s, 3) + 1e-4);
                    }
                }
            }
        }
    }

    private static double squared(float[] a, int from, float[] b, int at, int n) {
        double sum = 0;
        for (int i = 0; i < n; i++) {
            double x = a[from + i] - b[at + i];
            sum += x * x;
        }
        return sum;
    }

    @Test
    void signCodesAreTheSigns() {
        float[] row = gaussian(new SplittableRandom(4), 64);
        ProductQuantizer quantizer = ProductQuantizer.signs(64);
        byte[] code = new byte[16];
        quantizer.encoder().encode(row, 1, code);
        float[] decoded = new float[64];
        quantizer.decode(code, 0, decoded, 0);
        for (int i = 0; i < 64; i++) {
            assertEquals(row[i] > 0 ? 1f : -1f, decoded[i]);
        }
        assertThrows(IllegalArgumentException.class, () -> ProductQuantizer.signs(30));
    }

    @Test
    void lookupTablesAgreeWithTheScalarTwin() {
        SplittableRandom random = new SplittableRandom(5);
        for (int bits : new int[]{4, 8}) {
            ProductQuantizer quantizer = ProductQuantizer.of(5, bits, 3, gaussian(random, 15 << bits));
            float[] query = gaussian(random, 15);
            float[] fast = new float[5 << bits];
            float[] slow = new float[5 << bits];
            quantizer.lookupTable(query, fast);
            ProductQuantizer.scalarLookupTable(query, quantizer.codebooks(), 5, 3, 1 << bits, slow);
            assertArrayEquals(slow, fast, 1e-5f);
        }
    }

    @Test
    void rotationsKeepInnerProducts() {
        SplittableRandom random = new SplittableRandom(6);
        for (int dimension : new int[]{1, 2, 3, 31, 100, 384, 500, 785}) {
            int padded = (dimension + 32) & -32;
            keepsProducts(random, new IdentityRotation(dimension, padded));
            keepsProducts(random, new HadamardRotation(dimension, padded, 9));
            keepsProducts(random, new HadamardRotation(dimension, dimension + (dimension & 1), 9));
        }
    }

    private static void keepsProducts(SplittableRandom random, Rotation rotation) {
        int d = rotation.inputDimension();
        float[] rows = gaussian(random, 2 * d);
        float[] turned = new float[2 * rotation.outputDimension()];
        rotation.apply(rows, 0, turned, 0);
        rotation.apply(rows, d, turned, rotation.outputDimension());
        assertEquals(dot(rows, 0, rows, d, d), dot(turned, 0, turned, rotation.outputDimension(), rotation.outputDimension()),
                1e-4 * d, rotation.getClass() + " " + d);
        assertEquals(dot(rows, 0, rows, 0, d), dot(turned, 0, turned, 0, rotation.outputDimension()), 1e-4 * d);
    }

    @Test
    void randomRotationSpreadsASpike() {
        HadamardRotation rotation = new HadamardRotation(384, 384, 1);
        for (int spike : new int[]{0, 130, 383}) {
            float[] x = new float[384];
            x[spike] = 1;
            float[] y = new float[384];
            rotation.apply(x, 0, y, 0);
            for (float v : y) {
                assertTrue(Math.abs(v) < 0.35, "a component of " + v + " is left of a spike at " + spike);
            }
        }
    }

    @Test
    void trainedRotationIsOrthogonalAndLowersTheDistortion() {
        SplittableRandom random = new SplittableRandom(7);
        int count = 3000;
        int dimension = 32;
        float[] rows = gaussian(random, count * dimension);
        for (int r = 0; r < count; r++) {
            for (int i = 0; i < dimension; i++) { // variance falls off steeply, two components are dead
                rows[r * dimension + i] *= i >= 30 ? 0f : (float) Math.exp(-0.15 * i);
            }
        }
        DenseRotation trained = RotationTrainer.train(rows, count, dimension, dimension, 8, 4, 1, BuildControl.NONE);
        keepsProducts(random, trained);
        double plain = distortion(rows, count, new IdentityRotation(dimension, dimension));
        double turned = distortion(rows, count, trained);
        assertTrue(turned < 0.8 * plain, "trained " + turned + ", plain " + plain);
    }

    private static double distortion(float[] rows, int count, Rotation rotation) {
        int d = rotation.outputDimension();
        float[] turned = new float[count * d];
        for (int r = 0; r < count; r++) {
            rotation.apply(rows, r * rotation.inputDimension(), turned, r * d);
        }
        ProductQuantizer quantizer = ProductQuantizer.train(turned, count, 8, 4, KMeansParameters.DEFAULTS, BuildControl.NONE);
        byte[] codes = new byte[count * 8];
        quantizer.encoder().encode(turned, count, codes);
        float[] decoded = new float[count * d];
        for (int r = 0; r < count; r++) {
            quantizer.decode(codes, r * 8, decoded, r * d);
        }
        return squared(turned, 0, decoded, 0, count * d);
    }

    @Test
    void scalarCodesDecodeToWhatTheyMultiply() {
        SplittableRandom random = new SplittableRandom(8);
        for (int bits : new int[]{4, 8}) {
            for (int dimension : new int[]{32, 96, 384, 1536}) {
                ScalarCodes codes = new ScalarCodes(bits, dimension);
                float[] row = gaussian(random, dimension);
                float[] query = gaussian(random, dimension);
                float[] points = new float[dimension];
                byte[] bytes = new byte[codes.codeBytes()];
                codes.encode(row, 0, bytes, 0, points);
                float sum = 0;
                for (float q : query) {
                    sum += q;
                }
                try (Arena arena = Arena.ofConfined()) {
                    MemorySegment memory = arena.allocate(bytes.length);
                    MemorySegment.copy(bytes, 0, memory, java.lang.foreign.ValueLayout.JAVA_BYTE, 0, bytes.length);
                    assertEquals(dot(query, 0, points, 0, dimension), codes.dot(query, sum, memory, 0), 1e-3 * dimension);
                    float slow = codes.scalarDot(query, memory, 0) + sum * (bits == 8 ? 0.5f : -7.5f);
                    assertEquals(slow, codes.dot(query, sum, memory, 0), 1e-3 * dimension);
                }
                double cosine = dot(row, 0, points, 0, dimension)
                        / Math.sqrt(dot(row, 0, row, 0, dimension) * dot(points, 0, points, 0, dimension));
                assertTrue(cosine > (bits == 8 ? 0.9998 : 0.99), "bits " + bits + " cosine " + cosine);
            }
        }
        byte[] zero = new byte[32];
        new ScalarCodes(8, 32).encode(new float[32], 0, zero, 0, new float[32]); // a zero row has no angle to keep
    }

    @Test
    void packedErrorsAreNeverRoundedDown() {
        SplittableRandom random = new SplittableRandom(9);
        for (int i = 0; i < 10_000; i++) {
            float scale = (float) random.nextGaussian();
            float error = Math.abs((float) random.nextGaussian());
            int packed = BlockLayout.pack(scale, error);
            assertTrue(BlockLayout.error(packed) >= error && BlockLayout.error(packed) <= error * 1.01f + 1e-30f);
            assertEquals(scale, BlockLayout.scale(packed), Math.abs(scale) / 250);
        }
    }
}
