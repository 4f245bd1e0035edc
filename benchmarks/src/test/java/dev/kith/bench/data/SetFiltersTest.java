package dev.kith.bench.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.kith.files.DataFormatException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// A set's filters mean what their words say.
class SetFiltersTest {
    @TempDir Path folder;

    private static final Map<String, String> NOUN = Map.of("pos", "noun", "count", "7", "proper", "true");

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"pos=noun | true", "pos!=noun | false", "absent!=noun | false",
            "pos in (adj,noun) | true",
            "pos in (adj,adv) | false", "count>6 | true", "count>7 | false", "count>=7 | true", "count<7 | false",
            "count<=7 | true",
            "proper=true and pos=noun | true", "proper=true and pos=verb | false", "row<n/2 | true", "row%10=4 | true",
            "row%10=3 | false"})
    void clausesOfEveryForm(String predicate, boolean passes) {
        assertEquals(passes, RowPredicate.parse(predicate, 100).test(44, NOUN), predicate);
    }

    @Test
    void notAClauseIsTold() {
        assertTrue(assertThrows(IllegalArgumentException.class, () -> RowPredicate.parse("pos like noun", 1)).getMessage()
                .contains("pos like noun"));
    }

    private void files(int passing) throws IOException {
        Files.writeString(folder.resolve("filters.json"),
                "[{\"file\":\"f\",\"predicate\":\"pos=a\",\"passing\":" + passing + "}]");
        Files.writeString(folder.resolve("base.jsonl"),
                "{\"pos\":\"a\",\"words\":[\"pos\"]}\n{\"pos\":\"b\"}\n{\"pos\":\"a\"}\n");
    }

    @Test
    void rowsThatPassAreSetBits() throws IOException {
        files(2);
        List<SetFilters.Named> filters = SetFilters.read(folder, 3);
        assertEquals("pos=a", filters.getFirst().predicate());
        assertArrayEquals(new long[]{0b101}, filters.getFirst().words());
    }

    @Test
    void anotherCountThanTheSetStatesIsTold() throws IOException {
        files(3);
        assertTrue(assertThrows(DataFormatException.class, () -> SetFilters.read(folder, 3)).getMessage().contains("pos=a"));
    }
}
