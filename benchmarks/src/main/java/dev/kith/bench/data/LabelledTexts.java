package dev.kith.bench.data;

import dev.kith.files.DataFormatException;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.zip.GZIPInputStream;

/// The texts of a set's rows and queries, with the rows that are right answers: `base.jsonl` and `queries.public.jsonl` or
/// `queries.jsonl` (also gzipped), one object a line with `text`, and for queries `kind` and `relevant`, a list of row numbers.
///
/// @param rows text of each row
/// @param queries in the order of the set's query vectors
public record LabelledTexts(List<String> rows, List<Query> queries) {
    private static final JsonFactory JSON = new JsonFactory();

    /// A query.
    ///
    /// @param kind what sort of question it is
    /// @param relevant rows that answer it; empty if nobody has said
    public record Query(String kind, String text, Set<Integer> relevant) {}

    /// Reads both files of a folder.
    ///
    /// @throws DataFormatException if one is missing or broken
    public static LabelledTexts read(Path folder) throws IOException {
        List<String> rows = new ArrayList<>();
        for (Query row : lines(find(folder, "base.jsonl"))) {
            rows.add(row.text());
        }
        return new LabelledTexts(rows, lines(find(folder, "queries.public.jsonl", "queries.jsonl")));
    }

    private static Path find(Path folder, String... names) throws DataFormatException {
        for (String name : names) {
            for (String suffix : List.of("", ".gz")) {
                if (Files.exists(folder.resolve(name + suffix))) {
                    return folder.resolve(name + suffix);
                }
            }
        }
        throw new DataFormatException(folder, "texts", String.join(" or ", names), "no such file");
    }

    private static List<Query> lines(Path file) throws IOException {
        List<Query> lines = new ArrayList<>();
        InputStream raw = Files.newInputStream(file);
        InputStream in = file.toString().endsWith(".gz") ? new GZIPInputStream(raw, 1 << 16) : raw;
        try (BufferedReader reader = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8), 1 << 16)) {
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                lines.add(parse(file, lines.size() + 1, line));
            }
        }
        return lines;
    }

    private static Query parse(Path file, int number, String line) throws IOException {
        String kind = "";
        String text = null;
        Set<Integer> relevant = new TreeSet<>();
        try (JsonParser parser = JSON.createParser(line)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                throw new DataFormatException(file, "line " + number, "a JSON object", line);
            }
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                String name = parser.currentName();
                JsonToken value = parser.nextToken();
                if (name.equals("text") && value == JsonToken.VALUE_STRING) {
                    text = parser.getText();
                } else if (name.equals("kind") && value == JsonToken.VALUE_STRING) {
                    kind = parser.getText();
                } else if (name.equals("relevant") && value == JsonToken.START_ARRAY) {
                    while (parser.nextToken() == JsonToken.VALUE_NUMBER_INT) {
                        relevant.add(parser.getIntValue());
                    }
                } else {
                    parser.skipChildren();
                }
            }
        }
        if (text == null) {
            throw new DataFormatException(file, "line " + number, "a member \"text\"", "none");
        }
        return new Query(kind, text, relevant);
    }
}
