package dev.kith.storage;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Files of format version 1 stay readable, and the same content is still written as the same bytes. The files in
/// `src/test/resources/golden` are never made anew.
class GoldenFilesTest {
    private static final Path GOLDEN = Path.of("src", "test", "resources", "golden");
    private static final UUID STORE = UUID.fromString("4b697468-0000-4000-8000-000000000001");

    @TempDir Path folder;

    @Test
    void theContainerReadsAndWritesAsEver() throws IOException {
        byte[] golden = Files.readAllBytes(GOLDEN.resolve("example.kith"));
        Container container = Container.open(MemorySegment.ofArray(golden), "example.kith", new ContainerKind("DEMO", 1));
        container.verify();
        assertEquals(List.of(1L, 2L), container.sectionIds());
        assertEquals(STORE, container.identity());
        byte[] text = "Kith: the ones you know".getBytes(StandardCharsets.US_ASCII);
        assertArrayEquals(text, container.section(1).toArray(ValueLayout.JAVA_BYTE));
        assertArrayEquals(new byte[]{1, 2, 3, 4}, container.section(2).toArray(ValueLayout.JAVA_BYTE));

        MemorySink sink = new MemorySink();
        ContainerWriter writer = new ContainerWriter(sink, new ContainerKind("DEMO", 1), STORE);
        writer.beginSection(1).write(text, 0, text.length);
        writer.endSection();
        writer.beginSection(2).write(new byte[]{1, 2, 3, 4}, 0, 4);
        writer.endSection();
        writer.finish();
        assertArrayEquals(golden, sink.toByteArray());
    }

    @Test
    void theLogReadsAsEver() throws IOException {
        for (String name : List.of(LogFileName.of(1), LogFileName.of(2))) {
            Files.copy(GOLDEN.resolve("log").resolve(name), folder.resolve(name));
        }
        Map<Long, String> records = new TreeMap<>();
        WriteAheadLog.open(Vfs.local(), folder, LogOptions.of(STORE), 0,
                (sequence, payload) -> records.put(sequence, StandardCharsets.UTF_8.decode(payload).toString())).close();
        assertEquals(Map.of(1L, "first batch", 2L, "second batch", 3L, "third batch"), records);
    }

    @Test
    void theRecordsOfTheLogAreWrittenAsEver() throws IOException {
        byte[] golden = Files.readAllBytes(GOLDEN.resolve("log").resolve(LogFileName.of(2)));
        LogFileHeader header = new LogFileHeader(STORE, 2, 2, 111, 0x326fa62e);
        byte[] salt = LogRecordHeader.salt(STORE, 2);
        MemorySink written = new MemorySink();
        byte[] headerBytes = header.encode();
        written.write(MemorySegment.ofArray(headerBytes));
        int chain = header.crc();
        for (int i = 2; i <= 3; i++) {
            LogGroup group = new LogGroup();
            group.add(i, StandardCharsets.UTF_8.encode(i == 2 ? "second batch" : "third batch"));
            chain = group.seal(salt, i - 1, chain);
            written.write(MemorySegment.ofBuffer(group.content(0, group.usedBytes())));
        }
        byte[] marker = new byte[LogRecordHeader.FRAME_BYTES];
        new LogRecordHeader(0, LogRecordHeader.MARKER, 3, 3, chain).seal(marker, 0, salt);
        written.write(MemorySegment.ofArray(marker));
        assertArrayEquals(golden, written.toByteArray());
    }
}
