package dev.kith.cli.data;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
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

/// A file of JSON objects, one a line, perhaps gzipped, read in bounded memory. Integers become `Long`, other numbers
/// `Double`, arrays `List`, objects `Map` in the order of the text. Not thread-safe.
public final class JsonLines implements RecordFile {
    private static final JsonFactory FACTORY = new JsonFactory();

    private final Path path;
    private final BufferedReader reader;
    private long line;

    private JsonLines(Path path, BufferedReader reader) {
        this.path = path;
        this.reader = reader;
    }

    /// Opens a file.
    public static JsonLines open(Path path) throws IOException {
        InputStream in = Files.newInputStream(path);
        try {
            InputStream text = path.toString().endsWith(".gz") ? new GZIPInputStream(in, 1 << 16) : in;
            return new JsonLines(path, new BufferedReader(new InputStreamReader(text, StandardCharsets.UTF_8.newDecoder()
                    .onMalformedInput(CodingErrorAction.REPORT).onUnmappableCharacter(CodingErrorAction.REPORT)), 1 << 16));
        } catch (IOException e) {
            in.close();
            throw e;
        }
    }

    /// The object on the next line that is not blank, or null at the end. Nulls in it are kept.
    ///
    /// @throws BadLineException if the line is not one JSON object; the message names file and line
    @Override
    public @Nullable Map<String, @Nullable Object> next() throws IOException {
        String text = reader.readLine();
        line++;
        while (text != null && text.isBlank()) {
            text = reader.readLine();
            line++;
        }
        if (text == null) {
            return null;
        }
        try (JsonParser parser = FACTORY.createParser(text)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                throw new BadLineException(where() + ": expected a JSON object", null);
            }
            Map<String, @Nullable Object> object = object(parser);
            if (parser.nextToken() != null) {
                throw new BadLineException(where() + ": expected one JSON object, found more after it", null);
            }
            return object;
        } catch (com.fasterxml.jackson.core.JsonProcessingException e) {
            throw new BadLineException(where() + ": " + e.getOriginalMessage(), e);
        }
    }

    /// A line that is not one JSON object; the lines after it can still be read.
    public static final class BadLineException extends IOException {
        private static final long serialVersionUID = 1L;

        BadLineException(String message, @Nullable Throwable cause) {
            super(message, cause);
        }
    }

    /// The value of one JSON text.
    ///
    /// @param what names it in errors
    /// @throws IllegalArgumentException if it is none
    public static Object value(String what, String text) {
        try (JsonParser parser = FACTORY.createParser(text)) {
            parser.nextToken();
            Object value = parser.currentToken() == null ? null : value(parser);
            if (value == null || parser.nextToken() != null) {
                throw new IllegalArgumentException("field '" + what + "' takes one JSON value, found '" + text + "'");
            }
            return value;
        } catch (IOException e) {
            throw new IllegalArgumentException("field '" + what + "' takes a JSON value, found '" + text + "'", e);
        }
    }

    /// File and line of what was read last.
    @Override
    public String where() {
        return path + ":" + line;
    }

    private static Map<String, @Nullable Object> object(JsonParser parser) throws IOException {
        Map<String, @Nullable Object> object = new LinkedHashMap<>();
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            String name = parser.currentName();
            parser.nextToken();
            object.put(name, value(parser));
        }
        return object;
    }

    private static @Nullable Object value(JsonParser parser) throws IOException {
        return switch (parser.currentToken()) {
            case START_OBJECT -> object(parser);
            case START_ARRAY -> {
                List<@Nullable Object> list = new ArrayList<>();
                while (parser.nextToken() != JsonToken.END_ARRAY) {
                    list.add(value(parser));
                }
                yield list;
            }
            case VALUE_STRING -> parser.getText();
            case VALUE_NUMBER_INT -> parser.getLongValue();
            case VALUE_NUMBER_FLOAT -> parser.getDoubleValue();
            case VALUE_TRUE -> Boolean.TRUE;
            case VALUE_FALSE -> Boolean.FALSE;
            default -> null;
        };
    }

    @Override
    public void close() throws IOException {
        reader.close();
    }
}
