package dev.kith.lucene.segment;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.kith.core.ByteSink;
import dev.kith.core.CorruptBytesException;
import dev.kith.core.Metric;
import dev.kith.core.VectorEncoding;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// The bytes on disk are the ones that `docs/format/lucene-files.md` describes, and impossible ones are refused.
class FormatTest {
    private static final FieldEntry ENTRY = new FieldEntry(7, Metric.COSINE, VectorEncoding.INT8, 100, 3, 9, 100,
            new FieldEntry.Sections(1, 2, 3), 1);

    private static Path module() {
        Path folder = Path.of("").toAbsolutePath();
        return Files.exists(folder.resolve("lucene-codec")) ? folder.resolve("lucene-codec") : folder;
    }

    /// Rows of the table as the layout has them.
    private static List<String> rows() {
        List<String> rows = new ArrayList<>();
        long offset = 0;
        for (MemoryLayout member : FieldEntry.LAYOUT.memberLayouts()) {
            rows.add("| " + offset + "-" + (offset + member.byteSize() - 1) + " | " + member.name().orElseThrow() + " |");
            offset += member.byteSize();
        }
        assertEquals(FieldEntry.BYTES, offset);
        return rows;
    }

    @Test
    void theLayoutTheDocumentAndTheCommentAgree() throws IOException {
        String document = Files.readString(module().resolveSibling("docs/format/lucene-files.md"));
        String comment = Files.readString(module().resolve("src/main/java/dev/kith/lucene/segment/FieldEntry.java"));
        for (String row : rows()) {
            assertTrue(document.contains(row), "docs/format/lucene-files.md lacks " + row);
            assertTrue(comment.contains(row), "the comment of FieldEntry lacks " + row);
        }
    }

    @Test
    void anEntryInBytes() throws CorruptBytesException {
        MemorySegment bytes = MemorySegment.ofArray(new byte[FieldEntry.BYTES]);
        ENTRY.write(bytes, 0);
        int[] expected = {7, 2, 1, 100, 3, 9, 100, 0, 1, 2, 3, 1}; // strideBytes is the long 100
        for (int i = 0; i < expected.length; i++) {
            assertEquals(expected[i], bytes.get(FieldEntry.INT, 4L * i), "word " + i);
        }
        assertEquals(ENTRY, FieldEntry.read(bytes, 0));
    }

    @Test
    void impossibleEntriesAreRefused() {
        int[][] wrong = {{0, -1}, {4, 3}, {8, 2}, {12, 0}, {16, 10}, {20, 2}, {24, 101}, {32, 0}, {36, 0}, {40, 0}, {44, -1}};
        for (int[] change : wrong) {
            MemorySegment bytes = MemorySegment.ofArray(new byte[FieldEntry.BYTES]);
            ENTRY.write(bytes, 0);
            bytes.set(FieldEntry.INT, change[0], change[1]);
            assertThrows(CorruptBytesException.class, () -> FieldEntry.read(bytes, 0), "offset " + change[0]);
        }
    }

    @Test
    void tablesOfImpossibleLengthAreRefused() {
        MemorySegment bytes = MemorySegment.ofArray(new byte[8 + FieldEntry.BYTES]);
        for (int[] header : new int[][]{{0, 48}, {2, 48}, {-1, 48}, {1, 47}}) {
            bytes.set(FieldEntry.INT, 0, header[0]);
            bytes.set(FieldEntry.INT, 4, header[1]);
            assertThrows(CorruptBytesException.class, () -> FieldTable.read(bytes), header[0] + "," + header[1]);
        }
        assertThrows(CorruptBytesException.class, () -> FieldTable.read(bytes.asSlice(0, 7)));
    }

    @Test
    void anIndexEntryInBytes() throws IOException {
        List<IndexTable.Entry> entries = List.of(new IndexTable.Entry(3, 2, 1, 0, 200, 2),
                new IndexTable.Entry(4, 1, 3, 64, 0, 0));
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        IndexTable.write(entries, new ByteSink() {
            @Override
            public void write(MemorySegment bytes) {
                out.writeBytes(bytes.toArray(ValueLayout.JAVA_BYTE));
            }

            @Override
            public long position() {
                return out.size();
            }
        });
        int[] expected = {2, 24, 3, 2, 1, 0, 200, 2, 4, 1, 3, 64, 0, 0};
        byte[] written = out.toByteArray();
        assertEquals(4 * expected.length, written.length);
        MemorySegment bytes = MemorySegment.ofArray(written);
        for (int i = 0; i < expected.length; i++) {
            assertEquals(expected[i], bytes.get(FieldEntry.INT, 4L * i), "word " + i);
        }
        assertEquals(entries, IndexTable.read(bytes));
        for (int[] change : new int[][]{{4, 20}, {16, 0}, {20, -1}, {28, -1}, {44, 0}, {52, 5}}) {
            MemorySegment wrong = MemorySegment.ofArray(written.clone());
            wrong.set(FieldEntry.INT, change[0], change[1]);
            assertThrows(CorruptBytesException.class, () -> IndexTable.read(wrong), "offset " + change[0]);
        }
    }

    @Test
    void rowsAreAlignedOnlyWhereThatIsCheap() {
        assertEquals(1536, FieldEntry.strideBytes(VectorEncoding.FLOAT32, 384));
        assertEquals(448, FieldEntry.strideBytes(VectorEncoding.FLOAT32, 100)); // 400 and 48 of padding: an eighth is 50
        assertEquals(132, FieldEntry.strideBytes(VectorEncoding.FLOAT32, 33));
        assertEquals(100, FieldEntry.strideBytes(VectorEncoding.INT8, 100));
        assertEquals(768, FieldEntry.strideBytes(VectorEncoding.INT8, 768));
    }

    @Test
    void parametersOutOfRangeAreRefusedByName() {
        assertMessage("m must be in [2, 256], was 1", () -> new IndexSpec.Hnsw(1, 1, 1, 0, 1));
        assertMessage("efConstruction must be in [1, 100000], was 0", () -> new IndexSpec.Hnsw(2, 0, 1, 0, 1));
        assertMessage("efSearch must be in [1, 100000], was 0", () -> new IndexSpec.Hnsw(2, 1, 0, 0, 1));
        assertMessage("flatBelow must be in [1, 2147483647], was 0", () -> new IndexSpec.Hnsw(2, 1, 1, 0, 0));
        assertMessage("efSearch must be in [1, 100000], was 0", () -> SearchEffort.efSearch(0));
    }

    private static void assertMessage(String message, Runnable action) {
        assertEquals(message, assertThrows(IllegalArgumentException.class, action::run).getMessage());
    }

    @Test
    void thisPackageDoesNotKnowLucene() throws IOException {
        try (Stream<Path> sources = Files.list(module().resolve("src/main/java/dev/kith/lucene/segment"))) {
            List<Path> files = sources.toList();
            assertTrue(files.size() > 10);
            for (Path file : files) {
                assertFalse(Files.readString(file).contains("org.apache.lucene"), file.toString());
            }
        }
    }
}
