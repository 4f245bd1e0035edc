package dev.kith.documents;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// Metadata as the JSON payload of a record: `{"metadata": {...}, "types": {...}}`, where `types` names the Java type of those
/// values that JSON alone would give back as another: a whole number is an `Integer`, any other number a `Double` unless it
/// says `byte`, `short`, `long` or `float`; a string is a `String` unless it says `uuid`. A list is typed by its elements,
/// one letter each.
final class MetadataJson {
    private static final JsonFactory JSON = new JsonFactory();

    private MetadataJson() {}

    static String write(Map<String, Object> metadata) {
        StringWriter out = new StringWriter();
        try (JsonGenerator json = JSON.createGenerator(out)) {
            json.writeStartObject();
            json.writeObjectFieldStart("metadata");
            Map<String, String> types = new LinkedHashMap<>();
            for (Map.Entry<String, Object> entry : metadata.entrySet()) {
                json.writeFieldName(entry.getKey());
                String type = value(json, entry.getValue());
                if (type != null) {
                    types.put(entry.getKey(), type);
                }
            }
            json.writeEndObject();
            if (!types.isEmpty()) {
                json.writeObjectFieldStart("types");
                for (Map.Entry<String, String> entry : types.entrySet()) {
                    json.writeStringField(entry.getKey(), entry.getValue());
                }
                json.writeEndObject();
            }
            json.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException(e); // a StringWriter does not fail
        }
        return out.toString();
    }

    private static @Nullable String value(JsonGenerator json, Object value) throws IOException {
        switch (value) {
            case String text -> json.writeString(text);
            case UUID uuid -> {
                json.writeString(uuid.toString());
                return "uuid";
            }
            case Boolean truth -> json.writeBoolean(truth);
            case Integer whole -> json.writeNumber(whole);
            case Byte _,Short _,Long _ -> {
                json.writeNumber(((Number) value).longValue());
                return value instanceof Long ? "long" : value instanceof Short ? "short" : "byte";
            }
            case Double real -> json.writeNumber(real);
            case Float real -> {
                json.writeNumber(real);
                return "float";
            }
            case Collection<?> list -> {
                return list(json, list);
            }
            default -> throw new IllegalStateException("checked before: " + value.getClass());
        }
        return null;
    }

    private static @Nullable String list(JsonGenerator json, Collection<?> list) throws IOException {
        json.writeStartArray();
        StringBuilder letters = new StringBuilder();
        boolean typed = false;
        for (Object element : list) {
            String type = value(json, element);
            letters.append(type == null ? '-' : type.charAt(0));
            typed |= type != null;
        }
        json.writeEndArray();
        return typed ? "list:" + letters : null;
    }

    static Map<String, Object> read(@Nullable String payload) {
        if (payload == null) {
            return Map.of();
        }
        Map<String, Object> values = new LinkedHashMap<>();
        Map<String, Object> types = new LinkedHashMap<>();
        try (JsonParser json = JSON.createParser(payload)) {
            json.nextToken();
            while (json.nextToken() == JsonToken.FIELD_NAME) {
                Map<String, Object> into = json.currentName().equals("types") ? types : values;
                json.nextToken();
                while (json.nextToken() == JsonToken.FIELD_NAME) {
                    String key = json.currentName();
                    json.nextToken();
                    into.put(key, parse(json));
                }
            }
        } catch (IOException e) {
            throw new IllegalStateException("not metadata that Documents wrote: " + payload, e);
        }
        types.forEach((key, type) -> values.computeIfPresent(key, (_, value) -> typed(value, (String) type)));
        return values;
    }

    private static Object parse(JsonParser json) throws IOException {
        return switch (json.currentToken()) {
            case VALUE_STRING -> json.getText();
            case VALUE_TRUE -> true;
            case VALUE_FALSE -> false;
            case VALUE_NUMBER_INT -> json.getLongValue() == (int) json.getLongValue()
                    ? (Object) (int) json.getLongValue()
                    : (Object) json.getLongValue();
            case VALUE_NUMBER_FLOAT -> Double.parseDouble(json.getText());
            case START_ARRAY -> {
                List<Object> list = new ArrayList<>();
                while (json.nextToken() != JsonToken.END_ARRAY) {
                    list.add(parse(json));
                }
                yield list;
            }
            default -> throw new IOException("unexpected " + json.currentToken());
        };
    }

    private static Object typed(Object value, String type) {
        if (value instanceof List<?> list) {
            String letters = type.substring(type.indexOf(':') + 1);
            List<Object> typed = new ArrayList<>(list.size());
            for (int i = 0; i < list.size(); i++) {
                typed.add(typed(list.get(i), letters.substring(i, i + 1)));
            }
            return typed;
        }
        return switch (type.charAt(0)) {
            case 'u' -> UUID.fromString((String) value);
            case 'l' -> ((Number) value).longValue();
            case 's' -> ((Number) value).shortValue();
            case 'b' -> ((Number) value).byteValue();
            case 'f' -> Float.parseFloat(value.toString()); // the shortest decimal of a float is also a double's, exactly
            default -> value;
        };
    }
}
