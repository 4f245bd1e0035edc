package dev.kith.hnsw;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.kith.core.BuildControl;
import dev.kith.core.ByteSink;
import dev.kith.core.CorruptBytesException;
import dev.kith.core.DenseVectors;
import dev.kith.core.Metric;
import dev.kith.core.VectorEncoding;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;

class HnswFormatTest {
    private final DenseVectors vectors = TestVectors.dense(Metric.COSINE, VectorEncoding.FLOAT32,
            TestVectors.clustered(900, 12, 29));
    private final HnswIndex index = HnswIndex.build(vectors, new HnswParameters(8, 60, 1), BuildControl.NONE);

    @Test
    void aSavedGraphAnswersAsTheBuiltOneAtAnyAlignment() throws IOException {
        byte[] bytes = save(index);
        assertEquals(index.savedBytes(), bytes.length);
        for (int shift : new int[]{0, 1, 7, 32}) {
            HnswIndex opened = HnswIndex.open(place(bytes, shift));
            assertEquals(index.parameters(), opened.parameters());
            assertEquals(900, opened.size());
            assertEquals(12, opened.dimension());
            assertEquals(Metric.COSINE, opened.metric());
            assertArrayEquals(bytes, save(opened));
            for (float[] query : TestVectors.clustered(20, 12, 31)) {
                assertArrayEquals(TestVectors.search(index, vectors, query, 10, 50, null),
                        TestVectors.search(opened, vectors, query, 10, 50, null));
            }
        }
    }

    @Test
    void everyFlippedHeaderByteIsRefused() throws IOException {
        byte[] bytes = save(index);
        for (int i = 0; i < GraphHeader.BYTES; i++) {
            byte[] broken = bytes.clone();
            broken[i] ^= 0x11;
            assertThrows(CorruptBytesException.class, () -> HnswIndex.open(place(broken, 0)), "byte " + i);
        }
    }

    @Test
    void aHeaderWithAValidChecksumAndImpossibleValuesIsRefused() throws IOException {
        byte[] bytes = save(index);
        Random random = new Random(37);
        int refused = 0;
        for (int round = 0; round < 2000; round++) {
            MemorySegment broken = place(bytes, 0);
            int field = 16 + 4 * random.nextInt(27);
            broken.set(GraphHeader.INT, field, random.nextBoolean() ? random.nextInt() : random.nextInt(20) - 2);
            CRC32C crc = new CRC32C();
            crc.update(broken.asSlice(0, 124).toArray(ValueLayout.JAVA_BYTE));
            broken.set(GraphHeader.INT, 124, (int) crc.getValue());
            refused += searchOrRefuse(broken) ? 0 : 1;
        }
        assertTrue(refused > 1000, "refused " + refused);
    }

    @Test
    void everyLinkOutOfRangeIsRefusedAndEveryDamageIsHarmless() throws IOException {
        byte[] bytes = save(index);
        Random random = new Random(41);
        for (int round = 0; round < 3000; round++) {
            MemorySegment broken = place(bytes, 0);
            long at = GraphHeader.BYTES + random.nextLong(bytes.length - GraphHeader.BYTES);
            broken.set(ValueLayout.JAVA_BYTE, at, (byte) random.nextInt());
            searchOrRefuse(broken);
        }
        GraphHeader header = index.graph().header;
        for (int bad : new int[]{900, -2, Integer.MIN_VALUE, Integer.MAX_VALUE}) {
            for (int round = 0; round < 50; round++) {
                MemorySegment broken = place(bytes, 0);
                broken.set(GraphHeader.INT, header.rowsOffset() + header.rowBytes() * random.nextInt(900), bad);
                CorruptBytesException e = assertThrows(CorruptBytesException.class, () -> HnswIndex.open(broken).validate());
                assertEquals("HNSW link", e.what());
                assertTrue(e.getMessage().contains(Integer.toString(bad)), e.getMessage());
                searchOrRefuse(broken);
            }
        }
    }

    /// Opening reads none of the level-0 rows, so a search must notice each link that leads nowhere, name it, and leave the index usable.
    @Test
    void aSearchNamesTheLinkThatLedNowhere() throws IOException {
        GraphHeader header = index.graph().header;
        byte[] bytes = save(index);
        for (int bad : new int[]{900, 959, 960, -2, Integer.MIN_VALUE, Integer.MAX_VALUE}) {
            MemorySegment broken = place(bytes, 0);
            for (int node = 0; node < 900; node++) {
                broken.set(GraphHeader.INT, header.rowsOffset() + header.rowBytes() * node, bad);
            }
            HnswIndex opened = HnswIndex.open(broken);
            for (int round = 0; round < 3; round++) {
                UncheckedIOException e = assertThrows(UncheckedIOException.class, () -> TestVectors.search(opened, vectors,
                        new float[]{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12}, 5, 20, null));
                assertTrue(e.getCause().getMessage().contains("HNSW link"), e.getCause().getMessage());
                assertTrue(e.getCause().getMessage().contains(Integer.toString(bad)), e.getCause().getMessage());
            }
        }
    }

    @Test
    void everyTruncationIsRefused() throws IOException {
        byte[] bytes = save(index);
        MemorySegment whole = place(bytes, 0);
        for (int length : new int[]{0, 1, 63, 127, 128, 129, bytes.length / 2, bytes.length - 1}) {
            assertThrows(CorruptBytesException.class, () -> HnswIndex.open(whole.asSlice(0, length)), "length " + length);
        }
    }

    @Test
    void theHeaderTableOfTheDocumentIsTheLayout() throws IOException {
        String document = Files.readString(Path.of("../docs/format/hnsw.md"));
        for (MemoryLayout field : GraphHeader.LAYOUT.memberLayouts()) {
            String name = field.name().orElseThrow();
            String row = "| " + GraphHeader.offsetOf(name) + " | " + field.byteSize() + " | `" + name + "` |";
            assertTrue(document.contains(row), "docs/format/hnsw.md lacks: " + row);
        }
        assertEquals(GraphHeader.BYTES, GraphHeader.LAYOUT.byteSize());
    }

    /// Opens and searches; false if the bytes were refused. Anything but a refusal or an answer fails the test.
    private boolean searchOrRefuse(MemorySegment bytes) {
        try {
            HnswIndex opened = HnswIndex.open(bytes);
            assertEquals(900, opened.size());
            TestVectors.search(opened, vectors, new float[]{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12}, 5, 20, null);
            return true;
        } catch (CorruptBytesException _) {
            return false;
        } catch (UncheckedIOException e) {
            assertInstanceOf(CorruptBytesException.class, e.getCause());
            return false;
        }
    }

    private static MemorySegment place(byte[] bytes, int shift) {
        MemorySegment memory = Arena.ofAuto().allocate(bytes.length + 64L, 64).asSlice(shift, bytes.length);
        memory.copyFrom(MemorySegment.ofArray(bytes));
        return memory;
    }

    private static byte[] save(HnswIndex index) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        index.save(new ByteSink() {
            @Override
            public void write(MemorySegment bytes) {
                out.writeBytes(bytes.toArray(ValueLayout.JAVA_BYTE));
            }

            @Override
            public long position() {
                return out.size();
            }
        });
        return out.toByteArray();
    }
}
