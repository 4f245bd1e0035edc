package dev.kith.storage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.StructLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// What the code does, what its documentation says and what `docs/format` says is one thing.
class FormatDocumentationTest {
    private static final Path SOURCES = Path.of("src", "main", "java", "dev", "kith", "storage");
    private static final Path FORMATS = Path.of("..", "docs", "format");

    static Stream<Arguments> headers() {
        return Stream.of(Arguments.of("ContainerHeader", ContainerHeader.LAYOUT, "container.md"),
                Arguments.of("ContainerFooter", ContainerFooter.LAYOUT, "container.md"),
                Arguments.of("ContainerSection", ContainerSection.LAYOUT, "container.md"),
                Arguments.of("LogFileHeader", LogFileHeader.LAYOUT, "log.md"),
                Arguments.of("LogRecordHeader", LogRecordHeader.LAYOUT, "log.md"),
                Arguments.of("LogWitnessEntry", LogWitnessEntry.LAYOUT, "log.md"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("headers")
    void theTableIsTheLayout(String record, StructLayout layout, String document) throws IOException {
        List<String> table = Files.readAllLines(SOURCES.resolve(record + ".java")).stream()
                .filter(line -> line.startsWith("/// |"))
                .map(line -> line.substring(4)).toList();
        assertFalse(table.isEmpty());
        String text = Files.readString(FORMATS.resolve(document)).replace("\r\n", "\n");
        assertTrue(text.contains("\n" + String.join("\n", table) + "\n\n") || text.endsWith(String.join("\n", table) + "\n"),
                document + " has another table of " + record);

        List<String> fields = new ArrayList<>();
        long offset = 0;
        for (MemoryLayout field : layout.memberLayouts()) {
            fields.add("| " + offset + " | " + field.byteSize() + " | " + field.name().orElseThrow() + " |");
            offset += field.byteSize();
        }
        assertEquals(fields,
                table.stream().skip(2)
                        .map(row -> row.substring(0, row.indexOf('|', row.indexOf('|', row.indexOf('|', 1) + 1) + 1) + 1))
                        .toList());
    }
}
