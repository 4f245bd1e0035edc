package dev.kith.bench.report;

import java.io.IOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// Results files: comma-separated with a header line, fields in double quotes where they need them (RFC 4180, without line
/// breaks inside fields).
public final class ResultsCsv {
    private ResultsCsv() {}

    /// Writes all columns.
    public static void write(Path file, List<Row> rows) throws IOException {
        try (Writer writer = Files.newBufferedWriter(file)) {
            List<String> headers = new ArrayList<>();
            for (Column column : Column.values()) {
                headers.add(column.header());
            }
            writer.write(String.join(",", headers) + "\n");
            for (Row row : rows) {
                List<String> fields = new ArrayList<>();
                for (Column column : Column.values()) {
                    fields.add(quote(row.text(column)));
                }
                writer.write(String.join(",", fields) + "\n");
            }
        }
    }

    private static String quote(String text) {
        String line = text.replace('\n', ' ').replace('\r', ' ');
        return line.contains(",") || line.contains("\"") ? "\"" + line.replace("\"", "\"\"") + "\"" : line;
    }

    /// Reads a file that has at least the columns engine, dataset, recall and qps.
    ///
    /// @throws IOException naming the line if a column is unknown, missing or not a number
    public static List<Row> read(Path file) throws IOException {
        List<String> lines = Files.readAllLines(file);
        if (lines.isEmpty()) {
            throw new IOException(file + ": line 1: expected a header line, found an empty file");
        }
        List<Column> columns = header(file, lines.getFirst());
        List<Row> rows = new ArrayList<>();
        for (int i = 1; i < lines.size(); i++) {
            if (!lines.get(i).isBlank()) {
                rows.add(row(file, i + 1, columns, split(lines.get(i))));
            }
        }
        return rows;
    }

    private static List<Column> header(Path file, String line) throws IOException {
        Map<String, Column> known = new java.util.HashMap<>();
        for (Column column : Column.values()) {
            known.put(column.header(), column);
        }
        List<Column> columns = new ArrayList<>();
        for (String name : split(line)) {
            Column column = known.get(name.strip().toLowerCase(Locale.ROOT));
            if (column == null) {
                throw new IOException(file + ": line 1: unknown column " + name + "; known are " + known.keySet());
            }
            columns.add(column);
        }
        for (Column needed : List.of(Column.ENGINE, Column.DATASET, Column.RECALL, Column.QPS)) {
            if (!columns.contains(needed)) {
                throw new IOException(file + ": line 1: column " + needed.header() + " is missing");
            }
        }
        return columns;
    }

    private static Row row(Path file, int line, List<Column> columns, List<String> fields) throws IOException {
        if (fields.size() != columns.size()) {
            throw new IOException(file + ": line " + line + ": expected " + columns.size() + " fields, found " + fields.size());
        }
        Map<Column, String> values = new EnumMap<>(Column.class);
        for (int i = 0; i < columns.size(); i++) {
            values.put(columns.get(i), fields.get(i));
        }
        Row row = Row.empty();
        for (Map.Entry<Column, String> e : values.entrySet()) {
            if (!e.getValue().isEmpty()) {
                row = row.with(e.getKey(), e.getValue());
            }
        }
        for (Column needed : List.of(Column.RECALL, Column.QPS)) {
            try {
                if (!(row.number(needed) >= 0)) {
                    throw new NumberFormatException();
                }
            } catch (NumberFormatException e) {
                throw new IOException(file + ": line " + line + ": " + needed.header() + " must be a number of at least 0, was "
                        + row.text(needed), e);
            }
        }
        return row;
    }

    private static List<String> split(String line) {
        List<String> fields = new ArrayList<>();
        StringBuilder field = new StringBuilder();
        boolean quoted = false;
        for (int i = 0; i < line.length(); i++) {
            char c = line.charAt(i);
            if (quoted && c == '"' && i + 1 < line.length() && line.charAt(i + 1) == '"') {
                field.append('"');
                i++;
            } else if (c == '"') {
                quoted = !quoted;
            } else if (c == ',' && !quoted) {
                fields.add(field.toString());
                field.setLength(0);
            } else {
                field.append(c);
            }
        }
        fields.add(field.toString());
        return fields;
    }
}
