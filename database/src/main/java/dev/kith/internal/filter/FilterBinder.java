package dev.kith.internal.filter;

import dev.kith.Field;
import dev.kith.FieldType;
import dev.kith.Filter;
import dev.kith.InvalidFilterException;
import dev.kith.Limits;
import dev.kith.ScalarField;
import dev.kith.Schema;
import dev.kith.TextField;
import dev.kith.VectorField;
import dev.kith.internal.model.FieldValues;
import dev.kith.internal.model.Refusal;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Makes filters fit a schema, or says why they do not. Limits are checked first and without recursion, so that no filter,
/// however deep, can exhaust the stack.
public final class FilterBinder {
    private final Schema schema;

    private FilterBinder(Schema schema) {
        this.schema = schema;
    }

    /// Binds a filter.
    ///
    /// @throws InvalidFilterException naming field, expected and found
    public static BoundFilter bind(Schema schema, Filter filter) {
        checkSize(filter);
        return new BoundFilter(new FilterBinder(schema).bind(filter), schema);
    }

    private record Pending(Filter filter, int depth) {}

    private static void checkSize(Filter root) {
        Deque<Pending> pending = new ArrayDeque<>();
        pending.push(new Pending(root, 1));
        int nodes = 0;
        long values = 0;
        while (!pending.isEmpty()) {
            Pending next = pending.pop();
            if (next.depth() > Limits.MAX_FILTER_DEPTH) {
                throw new InvalidFilterException("filter", "at most " + Limits.MAX_FILTER_DEPTH + " levels", "more");
            }
            List<Filter> operands = operands(next.filter());
            nodes++;
            values += values(next.filter());
            if (nodes + pending.size() + operands.size() > Limits.MAX_FILTER_NODES) {
                throw new InvalidFilterException("filter", "at most " + Limits.MAX_FILTER_NODES + " conditions", "more");
            }
            if (values > Limits.MAX_FILTER_VALUES) {
                throw new InvalidFilterException("filter", "at most " + Limits.MAX_FILTER_VALUES + " values", "more");
            }
            for (Filter operand : operands) {
                pending.push(new Pending(operand, next.depth() + 1));
            }
        }
    }

    private static List<Filter> operands(Filter filter) {
        return switch (filter) {
            case Filter.And and -> and.operands();
            case Filter.Or or -> or.operands();
            case Filter.Not not -> List.of(not.operand());
            case Filter.All _,Filter.Eq _,Filter.In _,Filter.Range _,Filter.Exists _,Filter.ContainsAny _,Filter.Prefix _,Filter.Ids _ ->
                List.of();
        };
    }

    private static int values(Filter filter) {
        return switch (filter) {
            case Filter.In in -> in.values().size();
            case Filter.ContainsAny any -> any.values().size();
            case Filter.Ids ids -> ids.ids().size();
            case Filter.All _,Filter.Eq _,Filter.Range _,Filter.Exists _,Filter.Prefix _,Filter.And _,Filter.Or _,Filter.Not _ ->
                1;
        };
    }

    private Filter bind(Filter filter) {
        return switch (filter) {
            case Filter.All all -> all;
            case Filter.Eq(String name, Object value) -> new Filter.Eq(name, convert(single(name), value));
            case Filter.In(String name, List<Object> values) -> new Filter.In(name, convertAll(single(name), values));
            case Filter.Range range -> bindRange(range);
            case Filter.Exists exists -> bindExists(exists);
            case Filter.ContainsAny(String name, List<Object> values) ->
                new Filter.ContainsAny(name, convertAll(list(name), values));
            case Filter.Prefix(String name, String prefix) -> bindPrefix(name, prefix);
            case Filter.Ids ids -> ids;
            case Filter.And(List<Filter> operands) -> new Filter.And(operands.stream().map(this::bind).toList());
            case Filter.Or(List<Filter> operands) -> new Filter.Or(operands.stream().map(this::bind).toList());
            case Filter.Not(Filter operand) -> new Filter.Not(bind(operand));
        };
    }

    private Filter bindRange(Filter.Range range) {
        ScalarField field = single(range.field());
        if (field.type() == FieldType.BOOLEAN) {
            throw new InvalidFilterException(field.name(), "eq, ne or exists, as booleans have no ranges", "a range");
        }
        return new Filter.Range(range.field(), convertNullable(field, range.from()), range.fromInclusive(),
                convertNullable(field, range.to()), range.toInclusive());
    }

    private Filter bindExists(Filter.Exists exists) {
        if (known(exists.field()) instanceof VectorField v && !v.optional()) {
            return new Filter.All();
        }
        return exists;
    }

    private Filter bindPrefix(String name, String prefix) {
        ScalarField field = single(name);
        if (field.type() != FieldType.KEYWORD) {
            throw new InvalidFilterException(name, "a keyword field for prefix", field.describe());
        }
        return new Filter.Prefix(name, (String) convert(field, prefix));
    }

    private ScalarField single(String name) {
        ScalarField field = scalar(name);
        if (field.list()) {
            throw new InvalidFilterException(name, "contains, containsAny, containsAll or exists for a list field",
                    "a comparison for single values");
        }
        return field;
    }

    private ScalarField list(String name) {
        ScalarField field = scalar(name);
        if (!field.list()) {
            throw new InvalidFilterException(name, "a list field for contains", field.describe());
        }
        return field;
    }

    private ScalarField scalar(String name) {
        return switch (known(name)) {
            case ScalarField field -> field;
            case TextField _ -> throw new InvalidFilterException(name, "a metadata field",
                    "a text field; search it with a text clause, or ask exists");
            case VectorField v -> throw new InvalidFilterException(name, "a metadata field", v.describe());
        };
    }

    private Field known(String name) {
        Field field = schema.field(name);
        if (field == null) {
            String nearest = schema.nearestName(name);
            throw new InvalidFilterException(name,
                    "a field of the schema" + (nearest == null ? "" : ", such as '" + nearest + "'"),
                    "an unknown field");
        }
        return field;
    }

    private static Object convert(ScalarField field, Object value) {
        Refusal refusal = (e, f) -> new InvalidFilterException(field.name(), e, f);
        return FieldValues.convert(field.type(), value, refusal);
    }

    private static @Nullable Object convertNullable(ScalarField field, @Nullable Object value) {
        return value == null ? null : convert(field, value);
    }

    private static List<Object> convertAll(ScalarField field, List<Object> values) {
        return values.stream().map(v -> convert(field, v)).toList();
    }
}
