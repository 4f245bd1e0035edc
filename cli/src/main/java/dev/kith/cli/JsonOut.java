package dev.kith.cli;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.kith.GeoPoint;
import dev.kith.MultiVector;
import dev.kith.SparseVector;
import dev.kith.VectorValue;
import java.io.IOException;
import java.io.StringWriter;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// One JSON object on one line, for machines.
final class JsonOut {
    private static final JsonFactory FACTORY = new JsonFactory();

    private JsonOut() {}

    /// A JSON text that is written as it is.
    record Raw(String json) {}

    static String object(Map<String, ?> members) {
        StringWriter text = new StringWriter();
        try (JsonGenerator out = FACTORY.createGenerator(text)) {
            value(out, members);
        } catch (IOException e) {
            throw new AssertionError("a StringWriter does not fail", e);
        }
        return text.toString();
    }

    private static void value(JsonGenerator out, @Nullable Object value) throws IOException {
        switch (value) {
            case null -> out.writeNull();
            case Raw raw -> out.writeRawValue(raw.json());
            case String s -> out.writeString(s);
            case Boolean b -> out.writeBoolean(b);
            case Integer i -> out.writeNumber(i);
            case Long l -> out.writeNumber(l);
            case Float f -> out.writeNumber(f);
            case Double d -> out.writeNumber(d);
            case Instant i -> out.writeString(i.toString());
            case float[] floats -> {
                out.writeStartArray();
                for (float component : floats) {
                    out.writeNumber(component);
                }
                out.writeEndArray();
            }
            case VectorValue vector -> {
                out.writeStartArray();
                for (float component : vector.toFloats()) {
                    out.writeNumber(component);
                }
                out.writeEndArray();
            }
            case GeoPoint(double latitude, double longitude) -> {
                out.writeStartArray();
                out.writeNumber(latitude);
                out.writeNumber(longitude);
                out.writeEndArray();
            }
            case SparseVector sparse -> {
                out.writeStartObject();
                for (int i = 0; i < sparse.size(); i++) {
                    out.writeFieldName(Integer.toString(sparse.index(i)));
                    out.writeNumber(sparse.weight(i));
                }
                out.writeEndObject();
            }
            case MultiVector multi -> {
                out.writeStartArray();
                for (int i = 0; i < multi.count(); i++) {
                    value(out, VectorValue.of(multi.vector(i)));
                }
                out.writeEndArray();
            }
            case List<?> list -> {
                out.writeStartArray();
                for (Object element : list) {
                    value(out, element);
                }
                out.writeEndArray();
            }
            case Map<?, ?> map -> {
                out.writeStartObject();
                for (Map.Entry<?, ?> entry : map.entrySet()) {
                    out.writeFieldName(String.valueOf(entry.getKey()));
                    value(out, entry.getValue());
                }
                out.writeEndObject();
            }
            default -> out.writeString(value.toString());
        }
    }
}
