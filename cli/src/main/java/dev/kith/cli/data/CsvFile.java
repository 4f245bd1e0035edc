package dev.kith.cli.data;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.Nullable;

/// Comma-separated values with a header (RFC 4180), perhaps gzipped, read in bounded memory. A quoted value may have commas, line
/// breaks and doubled quotes in it. Not thread-safe.
public final class CsvFile implements RecordFile {
    private static final int MAX_VALUE_CHARACTERS = 64 << 20;
    private static final int MAX_COLUMNS = 10_000;

    private final Path path;
    private final BufferedReader reader;
    private final List<String> header;
    private long line = 1;
    private long rowLine;

    private CsvFile(Path path, BufferedReader reader) throws IOException {
        this.path = path;
        this.reader = reader;
        List<@Nullable String> found = row();
        if (found == null) {
            throw new IOException(path + ": expected a header, found an empty file");
        }
        List<String> names = new ArrayList<>();
        found.forEach(name -> names.add(name == null ? "" : name));
        if (names.getFirst().startsWith("\uFEFF")) {
            names.set(0, names.getFirst().substring(1));
        }
        if (names.stream().distinct().count() != names.size() || names.contains("")) {
            throw new IOException(path + ": expected different names in the header, found " + names);
        }
        this.header = names;
    }

    /// Opens a file and reads its header.
    public static CsvFile open(Path path) throws IOException {
        InputStream in = Files.newInputStream(path);
        try {
            InputStream text = path.toString().endsWith(".gz") ? new GZIPInputStream(in, 1 << 16) : in;
            return new CsvFile(path, new BufferedReader(new InputStreamReader(text, StandardCharsets.UTF_8.newDecoder()
                    .onMalformedInput(CodingErrorAction.REPORT).onUnmappableCharacter(CodingErrorAction.REPORT)), 1 << 16));
        } catch (IOException e) {
            in.close();
            throw e;
        }
    }

    /// The names of the columns.
    public List<String> header() {
        return List.copyOf(header);
    }

    /// The next row by column, without its empty values, or null at the end. An empty value in quotes is an empty text.
    ///
    /// @throws IllegalArgumentException if the row has another number of values than the header; the next row can still be read
    /// @throws IOException if the text is malformed beyond that row
    @Override
    public @Nullable Map<String, @Nullable Object> next() throws IOException {
        List<@Nullable String> values = row();
        while (values != null && values.size() == 1 && values.getFirst() == null) {
            values = row(); // a blank line
        }
        if (values == null) {
            return null;
        }
        if (values.size() != header.size()) {
            throw new IllegalArgumentException("expected " + header.size() + " values as in the header, found " + values.size());
        }
        Map<String, @Nullable Object> row = new LinkedHashMap<>();
        for (int i = 0; i < values.size(); i++) {
            if (values.get(i) != null) {
                row.put(header.get(i), values.get(i));
            }
        }
        return row;
    }

    /// File and line of the row that was read last.
    @Override
    public String where() {
        return path + ":" + rowLine;
    }

    private @Nullable List<@Nullable String> row() throws IOException {
        rowLine = line;
        int next = reader.read();
        if (next < 0) {
            return null;
        }
        List<@Nullable String> values = new ArrayList<>();
        boolean quoted = false;
        StringBuilder value = new StringBuilder();
        while (true) {
            if (next == '"' && value.isEmpty()) {
                next = quoted(value);
                quoted = true;
            }
            if (next == ',' || next == '\n' || next == '\r' || next < 0) {
                values.add(value.isEmpty() && !quoted ? null : value.toString());
                quoted = false;
                value.setLength(0);
                if (values.size() > MAX_COLUMNS) {
                    throw new IOException(where() + ": more than " + MAX_COLUMNS + " values");
                }
                if (next == ',') {
                    next = reader.read();
                    continue;
                }
                endLine(next);
                return values;
            }
            append(value, next);
            next = reader.read();
        }
    }

    private void endLine(int end) throws IOException {
        line++;
        if (end == '\r') {
            reader.mark(1);
            if (reader.read() != '\n') {
                reader.reset();
            }
        }
    }

    /// Reads up to the closing quote; returns what follows it.
    private int quoted(StringBuilder value) throws IOException {
        while (true) {
            int next = reader.read();
            if (next < 0) {
                throw new IOException(where() + ": a quote is opened and not closed");
            }
            if (next == '"') {
                next = reader.read();
                if (next != '"') {
                    if (next != ',' && next != '\n' && next != '\r' && next >= 0) {
                        throw new IOException(where() + ": expected a comma after a closing quote, found '" + (char) next + "'");
                    }
                    return next;
                }
            } else if (next == '\n') {
                line++;
            }
            append(value, next);
        }
    }

    private void append(StringBuilder value, int character) throws IOException {
        if (value.length() == MAX_VALUE_CHARACTERS) {
            throw new IOException(
                    where() + ": a value of more than " + MAX_VALUE_CHARACTERS + " characters; is a quote missing?");
        }
        value.append((char) character);
    }

    /// A value as it is written: quoted where it must be.
    public static String quote(String value) {
        boolean plain = value.chars().noneMatch(c -> c == ',' || c == '"' || c == '\n' || c == '\r') && !value.isEmpty();
        return plain ? value : '"' + value.replace("\"", "\"\"") + '"';
    }

    @Override
    public void close() throws IOException {
        reader.close();
    }
}
