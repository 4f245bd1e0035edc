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
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.Nullable;

/// The filters a set's folder brings: `filters.json` names predicates over the metadata in `base.jsonl` (also gzipped), one
/// object a row.
public final class SetFilters {
    private static final JsonFactory JSON = new JsonFactory();

    private SetFilters() {}

    /// A filter of the set.
    ///
    /// @param predicate in the set's own words
    /// @param words bit `i & 63` of word `i >> 6` is row `i`
    public record Named(String predicate, long[] words) {}

    /// All filters, over the first `rows` rows; empty if the folder has none. Over the whole set the number of passing rows
    /// must be the one the set states.
    ///
    /// @throws DataFormatException if it is not, or a file is broken
    public static List<Named> read(Path folder, int rows) throws IOException {
        Path json = folder.resolve("filters.json");
        if (!Files.exists(json)) {
            return List.of();
        }
        Map<String, Long> stated = predicates(json);
        Path metadata = Files.exists(folder.resolve("base.jsonl"))
                ? folder.resolve("base.jsonl")
                : folder.resolve("base.jsonl.gz");
        long total = 0;
        List<Map<String, String>> fields = new ArrayList<>();
        try (BufferedReader reader = open(metadata)) {
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                if (total++ < rows) {
                    fields.add(scalars(metadata, total, line));
                }
            }
        }
        if (fields.size() < rows) {
            throw new DataFormatException(metadata, "rows", "at least " + rows, Integer.toString(fields.size()));
        }
        List<Named> filters = new ArrayList<>();
        for (Map.Entry<String, Long> e : stated.entrySet()) {
            filters.add(new Named(e.getKey(), evaluate(json, e.getKey(), total == rows ? e.getValue() : null, total, fields)));
        }
        return filters;
    }

    private static long[] evaluate(Path json, String text, @Nullable Long passing, long total, List<Map<String, String>> fields)
            throws DataFormatException {
        RowPredicate predicate = RowPredicate.parse(text, total);
        long[] words = new long[(fields.size() + 63) >>> 6];
        long found = 0;
        for (int row = 0; row < fields.size(); row++) {
            if (predicate.test(row, fields.get(row))) {
                words[row >> 6] |= 1L << row;
                found++;
            }
        }
        if (passing != null && passing != found) {
            throw new DataFormatException(json, "passing rows of " + text, Long.toString(passing), Long.toString(found));
        }
        return words;
    }

    private static BufferedReader open(Path file) throws IOException {
        InputStream raw = Files.newInputStream(file);
        InputStream in = file.toString().endsWith(".gz") ? new GZIPInputStream(raw, 1 << 16) : raw;
        return new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8), 1 << 16);
    }

    private static Map<String, String> scalars(Path file, long line, String text) throws IOException {
        Map<String, String> fields = new HashMap<>();
        try (JsonParser parser = JSON.createParser(text)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                throw new DataFormatException(file, "line " + line, "a JSON object", text);
            }
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                String name = parser.currentName();
                JsonToken value = parser.nextToken();
                if (value.isScalarValue() && value != JsonToken.VALUE_NULL) {
                    fields.put(name, parser.getText());
                } else {
                    parser.skipChildren();
                }
            }
        }
        return fields;
    }

    /// Predicate to the stated number of passing rows, in the file's order.
    private static Map<String, Long> predicates(Path json) throws IOException {
        Map<String, Long> stated = new LinkedHashMap<>();
        try (JsonParser parser = JSON.createParser(json.toFile())) {
            if (parser.nextToken() != JsonToken.START_ARRAY) {
                throw new DataFormatException(json, "content", "a JSON array", "something else");
            }
            while (parser.nextToken() == JsonToken.START_OBJECT) {
                String predicate = "";
                long passing = -1;
                while (parser.nextToken() == JsonToken.FIELD_NAME) {
                    String name = parser.currentName();
                    parser.nextToken();
                    if (name.equals("predicate")) {
                        predicate = parser.getText();
                    } else if (name.equals("passing")) {
                        passing = parser.getLongValue();
                    } else {
                        parser.skipChildren();
                    }
                }
                if (predicate.isEmpty() || passing < 0) {
                    throw new DataFormatException(json, "filter", "predicate and passing", "neither or one");
                }
                stated.put(predicate, passing);
            }
        }
        return stated;
    }
}
