package dev.kith.internal.model;

import dev.kith.Field;
import dev.kith.FieldType;
import dev.kith.GeoPoint;
import dev.kith.InvalidRecordException;
import dev.kith.Record;
import dev.kith.ScalarField;
import dev.kith.Schema;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/// Declares fields by the first value that is met.
public final class DynamicFields {
    private DynamicFields() {}

    /// The fields that records hold and a schema does not declare, in the order they are met. Nulls and empty lists tell no type and
    /// declare nothing.
    ///
    /// @throws InvalidRecordException if a value has no type of metadata
    public static List<Field> missing(Schema schema, List<Record> records) {
        Map<String, Field> found = new LinkedHashMap<>();
        for (Record record : records) {
            record.fields().forEach((name, value) -> {
                boolean unknown = schema.field(name) == null && !found.containsKey(name);
                if (unknown && !(value instanceof List<?> list && list.isEmpty())) {
                    found.put(name, declare(record.id(), name, value));
                }
            });
        }
        return new ArrayList<>(found.values());
    }

    private static Field declare(String id, String name, Object value) {
        if (!(value instanceof List<?> list)) {
            return new ScalarField(name, type(id, name, value), false);
        }
        FieldType type = type(id, name, list.getFirst());
        for (Object other : list) {
            if (type == FieldType.LONG && (other instanceof Float || other instanceof Double)) {
                type = FieldType.DOUBLE; // whole numbers among others
            }
        }
        return new ScalarField(name, type, true);
    }

    private static FieldType type(String id, String name, Object value) {
        return switch (value) {
            case String _ -> FieldType.KEYWORD;
            case Byte _,Short _,Integer _,Long _ -> FieldType.LONG;
            case Float _,Double _ -> FieldType.DOUBLE;
            case Boolean _ -> FieldType.BOOLEAN;
            case Instant _ -> FieldType.INSTANT;
            case GeoPoint _ -> FieldType.GEO_POINT;
            case UUID _ -> FieldType.UUID;
            default -> throw new InvalidRecordException(id, name, "a value of a metadata type for a field not declared",
                    value.getClass().getSimpleName());
        };
    }
}
