package dev.kith.ivfpq;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.kith.core.BuildControl;
import dev.kith.core.CorruptBytesException;
import dev.kith.core.DenseVectors;
import dev.kith.core.Metric;
import dev.kith.core.TopK;
import dev.kith.ivfpq.IvfCodec.ProductCodes;
import dev.kith.ivfpq.IvfCodec.SignCodes;
import dev.kith.ivfpq.IvfCodec.Turn;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class IvfFormatTest {
    private static final int DIMENSION = 24;

    private static IvfPqIndex build(IvfCodec codec, int refine, float spill) {
        DenseVectors vectors = TestRows.vectors(Metric.SQUARED_L2, TestRows.rows(1, 500, DIMENSION), DIMENSION);
        return IvfPqIndex.build(vectors, new IvfPqParameters(8, codec, refine, spill, 32, 5), BuildControl.NONE);
    }

    private static List<IvfPqIndex> kinds() {
        return List.of(build(new SignCodes(), 0, 0f), build(new SignCodes(), 4, 1f),
                build(new ProductCodes(6, 4, Turn.TRAINED), 8, 0f), build(new ProductCodes(6, 8, Turn.NONE), 0, 1f));
    }

    /// Saved bytes at an address that is not even a multiple of four.
    private static MemorySegment saved(IvfPqIndex index, Arena arena) throws IOException {
        MemorySink sink = new MemorySink(index.savedBytes());
        index.save(sink);
        assertEquals(index.savedBytes(), sink.position());
        MemorySegment odd = arena.allocate(index.savedBytes() + 3, 64).asSlice(3);
        MemorySegment.copy(sink.memory(), 0, odd, 0, index.savedBytes());
        return odd;
    }

    @Test
    void openedAnswersAsBuiltAtAnyAlignment() throws Exception {
        DenseVectors vectors = TestRows.vectors(Metric.SQUARED_L2, TestRows.rows(1, 500, DIMENSION), DIMENSION);
        try (Arena arena = Arena.ofConfined()) {
            for (IvfPqIndex built : kinds()) {
                IvfPqIndex opened = IvfPqIndex.open(saved(built, arena));
                opened.verify();
                assertEquals(built.codec(), opened.codec());
                assertEquals(built.spilled(), opened.spilled());
                assertEquals(built.refineBits(), opened.refineBits());
                for (float[] query : TestRows.rows(2, 10, DIMENSION)) {
                    TopK one = new TopK(10);
                    TopK two = new TopK(10);
                    built.search(query, vectors.scorer(query), SearchEffort.fixed(3, 40), null, one);
                    opened.search(query, vectors.scorer(query), SearchEffort.fixed(3, 40), null, two);
                    assertArrayEquals(one.toSortedKeys(), two.toSortedKeys());
                }
            }
        }
    }

    @Test
    void everyFlippedHeaderByteAndEveryTruncationIsRefused() throws Exception {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment bytes = saved(build(new ProductCodes(6, 8, Turn.TRAINED), 4, 1f), arena);
            for (int at = 0; at < IvfHeader.BYTES; at++) {
                byte old = bytes.get(ValueLayout.JAVA_BYTE, at);
                bytes.set(ValueLayout.JAVA_BYTE, at, (byte) (old ^ 0x10));
                assertThrows(CorruptBytesException.class, () -> IvfPqIndex.open(bytes), "flipped byte " + at);
                bytes.set(ValueLayout.JAVA_BYTE, at, old);
            }
            for (long size = 0; size < bytes.byteSize(); size += size < 256 ? 1 : 997) {
                MemorySegment cut = bytes.asSlice(0, size);
                assertThrows(CorruptBytesException.class, () -> IvfPqIndex.open(cut), "cut to " + size);
            }
            IvfPqIndex.open(bytes).verify();
        }
    }

    @Test
    void damagedBytesGiveTypedErrorsOrWrongDistancesButNoCrash() throws Exception {
        long seed = 99;
        SplittableRandom random = new SplittableRandom(seed);
        DenseVectors vectors = TestRows.vectors(Metric.SQUARED_L2, TestRows.rows(1, 500, DIMENSION), DIMENSION);
        float[] query = TestRows.rows(3, 1, DIMENSION)[0];
        try (Arena arena = Arena.ofConfined()) {
            for (IvfPqIndex built : kinds()) {
                MemorySegment sound = saved(built, arena);
                int refused = 0;
                for (int round = 0; round < 300; round++) {
                    MemorySegment bytes = arena.allocate(sound.byteSize(), 64).copyFrom(sound);
                    int hits = 1 + random.nextInt(40);
                    for (int h = 0; h < hits; h++) {
                        long at = random.nextLong(IvfHeader.BYTES, bytes.byteSize());
                        bytes.set(ValueLayout.JAVA_BYTE, at, (byte) random.nextInt(256));
                    }
                    try {
                        IvfPqIndex index = IvfPqIndex.open(bytes);
                        index.search(query, vectors.scorer(query), SearchEffort.fixed(8, 50), null, new TopK(5));
                        index.search(query, null, new SearchEffort(8, 50, 0, 2f, 1f), null, new TopK(5));
                        index.verify();
                    } catch (CorruptBytesException | UncheckedIOException e) {
                        refused++;
                    }
                }
                assertTrue(refused > 30, "seed " + seed + ": damage was noticed only " + refused + " times");
            }
        }
    }

    @Test
    void aCompactIndexTakesAnEighthOfAByteAComponentAndSixteenBytesAVector() {
        for (int dimension : new int[]{64, 128}) {
            float[][] rows = TestRows.rows(1, 20_000, dimension);
            IvfPqIndex index = IvfPqIndex.build(TestRows.vectors(Metric.SQUARED_L2, rows, dimension), IvfPqParameters.DEFAULTS,
                    BuildControl.NONE);
            double each = (double) index.hotBytes() / rows.length;
            assertTrue(each <= dimension / 8.0 + 16, dimension + " components: " + each + " bytes a vector");
        }
    }

    @Test
    void aRungThatCannotBeIsRefused() throws Exception {
        try (Arena arena = Arena.ofConfined()) {
            DenseVectors vectors = TestRows.vectors(Metric.SQUARED_L2, TestRows.rows(1, 1200, DIMENSION), DIMENSION);
            MemorySegment bytes = saved(IvfPqIndex.build(vectors, IvfPqParameters.DEFAULTS, BuildControl.NONE), arena);
            IvfPqIndex.open(bytes).verify();
            for (int field = 0; field < 7; field++) {
                long at = IvfHeader.BYTES + 4 * field;
                int old = bytes.get(IvfHeader.INT, at);
                bytes.set(IvfHeader.INT, at, -1); // no count, and as a float not a number
                assertThrows(CorruptBytesException.class, () -> IvfPqIndex.open(bytes), "field " + field);
                bytes.set(IvfHeader.INT, at, old);
            }
        }
    }

    @Test
    void verifyNoticesEveryWrongOrdinal() throws Exception {
        try (Arena arena = Arena.ofConfined()) {
            IvfPqIndex built = build(new SignCodes(), 0, 0f);
            MemorySegment bytes = saved(built, arena);
            long from = built.data().header.ordinalsOffset();
            for (long place = 0; place < built.data().header.places(); place += 7) {
                int old = bytes.get(IvfHeader.INT, from + 4 * place);
                bytes.set(IvfHeader.INT, from + 4 * place, old == 3 ? 4 : 3);
                assertThrows(CorruptBytesException.class, () -> IvfPqIndex.open(bytes).verify(), "place " + place);
                bytes.set(IvfHeader.INT, from + 4 * place, old);
            }
        }
    }

    @Test
    void theDocumentSaysWhatTheHeaderIs() throws Exception {
        String page = Files.readString(Path.of("..", "docs", "format", "ivfpq.md"));
        Matcher row = Pattern.compile("\\| (\\d+) \\| (\\d+) \\| `(\\w+)` \\|").matcher(page);
        int fields = 0;
        while (row.find()) {
            String field = row.group(3);
            assertEquals(Long.parseLong(row.group(1)), IvfHeader.offsetOf(field), field);
            assertEquals(Long.parseLong(row.group(2)), IvfHeader.LAYOUT.select(
                    java.lang.foreign.MemoryLayout.PathElement.groupElement(field)).byteSize(), field);
            fields++;
        }
        assertEquals(IvfHeader.LAYOUT.memberLayouts().size(), fields, "fields in the document");
    }
}
