package dev.kith.cli;

import dev.kith.Field;
import dev.kith.MultiVectorField;
import dev.kith.Record;
import dev.kith.ScalarField;
import dev.kith.Schema;
import dev.kith.SparseVectorField;
import dev.kith.TextField;
import dev.kith.VectorField;
import dev.kith.cli.columns.Column;
import dev.kith.core.VectorEncoding;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// What export writes of a record, column by column: id, fields, payload, the names of the fields that are null on purpose, and when
/// the record ends. The last two have names that no field can have.
final class ExportColumns {
    static final String NULLS = "_nulls";
    static final String EXPIRES_AT = "_expires_at";
    private final List<Column> columns = new ArrayList<>();

    /// @param without fields that are left out
    ExportColumns(Schema schema, Set<String> without) {
        columns.add(new Column("id", Column.Kind.TEXT, 0, 0, true));
        schema.fields().stream().filter(f -> !without.contains(f.name())).map(ExportColumns::column).forEach(columns::add);
        columns.add(Column.of("payload", Column.Kind.TEXT));
        columns.add(Column.of(NULLS, Column.Kind.TEXT).list());
        columns.add(Column.of(EXPIRES_AT, Column.Kind.INSTANT));
    }

    private static Column column(Field field) {
        return switch (field) {
            case VectorField vector -> new Column(vector.name(),
                    vector.encoding() == VectorEncoding.INT8 ? Column.Kind.INT8 : Column.Kind.FLOAT32, 1, vector.dimension(),
                    !vector.optional());
            case MultiVectorField multi -> new Column(multi.name(), Column.Kind.FLOAT32, 2, multi.dimension(), false);
            case SparseVectorField sparse -> Column.of(sparse.name(), Column.Kind.WEIGHTS);
            case TextField text -> Column.of(text.name(), Column.Kind.TEXT);
            case ScalarField scalar -> {
                Column single = Column.of(scalar.name(), switch (scalar.type()) {
                    case KEYWORD, UUID -> Column.Kind.TEXT;
                    case INTEGER -> Column.Kind.INT32;
                    case LONG -> Column.Kind.INT64;
                    case FLOAT -> Column.Kind.FLOAT32;
                    case DOUBLE -> Column.Kind.FLOAT64;
                    case BOOLEAN -> Column.Kind.BOOLEAN;
                    case INSTANT -> Column.Kind.INSTANT;
                    case GEO_POINT -> Column.Kind.POINT;
                });
                yield scalar.list() ? single.list() : single;
            }
        };
    }

    List<Column> columns() {
        return columns;
    }

    /// The record's value in each column.
    List<@Nullable Object> values(Record record) {
        List<@Nullable Object> values = new ArrayList<>(columns.size());
        for (Column column : columns) {
            Object value = value(record, column.name());
            values.add(value == null ? null : plain(value));
        }
        return values;
    }

    private static Object plain(Object value) {
        return switch (value) {
            case UUID uuid -> uuid.toString();
            case List<?> list -> list.stream().map(e -> plain((Object) e)).toList();
            default -> Column.plain(value);
        };
    }

    /// The value of one column, as the record has it.
    static @Nullable Object value(Record record, String column) {
        return switch (column) {
            case "id" -> record.id();
            case "payload" -> record.payload();
            case NULLS -> record.nulls().isEmpty() ? null : List.copyOf(record.nulls());
            case EXPIRES_AT -> record.expiresAt();
            default -> record.vectors().containsKey(column) ? record.vectors().get(column) : record.field(column);
        };
    }
}
