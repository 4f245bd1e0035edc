package dev.kith.internal.filter;

import dev.kith.Field;
import dev.kith.FieldType;
import dev.kith.Filter;
import dev.kith.InvalidFilterException;
import dev.kith.Limits;
import dev.kith.MultiVectorField;
import dev.kith.ScalarField;
import dev.kith.Schema;
import dev.kith.SparseVectorField;
import dev.kith.TextField;
import dev.kith.VectorField;
import dev.kith.internal.model.FieldValues;
import dev.kith.internal.model.Refusal;
import dev.kith.internal.model.Utf8;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Makes filters fit a schema, or says why they do not. Limits are checked first and without recursion, so that no filter,
/// however deep, can exhaust the stack.
public final class FilterBinder {
    private final Schema schema;
    private final Words words;
    private final Map<Filter.Matches, Set<String>> sought = new HashMap<>();
    private final Map<String, WildcardPattern> patterns = new HashMap<>();

    private FilterBinder(Schema schema, Words words) {
        this.schema = schema;
        this.words = words;
    }

    /// Binds a filter.
    ///
    /// @throws InvalidFilterException naming field, expected and found
    public static BoundFilter bind(Schema schema, Filter filter, Words words) {
        checkSize(filter);
        FilterBinder binder = new FilterBinder(schema, words);
        Filter bound = binder.bind(filter);
        return new BoundFilter(bound, schema, words, Map.copyOf(binder.sought), Map.copyOf(binder.patterns));
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
            case Filter.All _,Filter.Eq _,Filter.In _,Filter.Range _,Filter.Exists _,Filter.IsNull _,Filter.ContainsAny _,Filter.Prefix _,Filter.Wildcard _,Filter.Matches _,Filter.WithinDistance _,Filter.WithinBox _,Filter.Ids _,Filter.IdPrefix _ ->
                List.of();
        };
    }

    private static int values(Filter filter) {
        return switch (filter) {
            case Filter.In in -> in.values().size();
            case Filter.ContainsAny any -> any.values().size();
            case Filter.Ids ids -> ids.ids().size();
            case Filter.All _,Filter.Eq _,Filter.Range _,Filter.Exists _,Filter.IsNull _,Filter.Prefix _,Filter.Wildcard _,Filter.Matches _,Filter.WithinDistance _,Filter.WithinBox _,Filter.IdPrefix _,Filter.And _,Filter.Or _,Filter.Not _ ->
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
            case Filter.IsNull isNull -> bindIsNull(isNull);
            case Filter.Wildcard wildcard -> bindWildcard(wildcard);
            case Filter.Matches matches -> bindMatches(matches);
            case Filter.WithinDistance within -> {
                geo(within.field());
                yield within;
            }
            case Filter.WithinBox within -> {
                geo(within.field());
                yield within;
            }
            case Filter.Ids ids -> ids;
            case Filter.IdPrefix(String prefix) -> bindIdPrefix(prefix);
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

    private static Filter bindIdPrefix(String prefix) {
        Utf8.check(prefix, Limits.MAX_ID_BYTES, (expected, found) -> new InvalidFilterException("id", expected, found));
        return new Filter.IdPrefix(prefix);
    }

    private Filter bindPrefix(String name, String prefix) {
        ScalarField field = single(name);
        if (field.type() != FieldType.KEYWORD) {
            throw new InvalidFilterException(name, "a keyword field for prefix", field.describe());
        }
        return new Filter.Prefix(name, (String) convert(field, prefix));
    }

    private Filter bindIsNull(Filter.IsNull isNull) {
        switch (known(isNull.field())) {
            case ScalarField _,TextField _ -> {
            }
            case VectorField v -> throw neverNull(v);
            case SparseVectorField s -> throw neverNull(s);
            case MultiVectorField m -> throw neverNull(m);
        }
        return isNull;
    }

    private static InvalidFilterException neverNull(Field field) {
        return new InvalidFilterException(field.name(), "a metadata or text field, as vectors are never null (ask exists)",
                field.describe());
    }

    private Filter bindWildcard(Filter.Wildcard wildcard) {
        String name = wildcard.field();
        ScalarField field = single(name);
        if (field.type() != FieldType.KEYWORD) {
            throw new InvalidFilterException(name, "a keyword field for a wildcard", field.describe());
        }
        Utf8.check(wildcard.pattern(), Limits.MAX_KEYWORD_BYTES, (e, f) -> new InvalidFilterException(name, e, f));
        int length = wildcard.pattern().codePointCount(0, wildcard.pattern().length());
        if (length > Limits.MAX_WILDCARD_LENGTH) {
            throw new InvalidFilterException(name, "a pattern of at most " + Limits.MAX_WILDCARD_LENGTH + " code points",
                    length + " code points");
        }
        patterns.computeIfAbsent(wildcard.pattern(), WildcardPattern::of);
        return wildcard;
    }

    private Filter bindMatches(Filter.Matches matches) {
        String name = matches.field();
        if (!(known(name) instanceof TextField)) {
            throw new InvalidFilterException(name, "a text field for matches", known(name).describe());
        }
        Refusal refusal = (e, f) -> new InvalidFilterException(name, e, f);
        Utf8.check(matches.text(), Limits.MAX_KEYWORD_BYTES, refusal);
        Set<String> terms = words.of(name, matches.text());
        if (terms.size() > Limits.MAX_QUERY_TERMS) {
            throw refusal.of("at most " + Limits.MAX_QUERY_TERMS + " distinct words", terms.size() + " words");
        }
        sought.put(matches, terms);
        return matches;
    }

    private void geo(String name) {
        ScalarField field = scalar(name);
        if (field.type() != FieldType.GEO_POINT) {
            throw new InvalidFilterException(name, "a geo point field for within", field.describe());
        }
    }

    private static ScalarField notGeo(ScalarField field) {
        if (field.type() == FieldType.GEO_POINT) {
            throw new InvalidFilterException(field.name(), "within a distance, within a box, or exists for geo points",
                    "a comparison");
        }
        return field;
    }

    private ScalarField single(String name) {
        ScalarField field = notGeo(scalar(name));
        if (field.list()) {
            throw new InvalidFilterException(name, "contains, containsAny, containsAll or exists for a list field",
                    "a comparison for single values");
        }
        return field;
    }

    private ScalarField list(String name) {
        ScalarField field = notGeo(scalar(name));
        if (!field.list()) {
            throw new InvalidFilterException(name, "a list field for contains", field.describe());
        }
        return field;
    }

    private ScalarField scalar(String name) {
        return switch (known(name)) {
            case ScalarField field -> field;
            case TextField _ -> throw new InvalidFilterException(name, "a metadata field",
                    "a text field; ask matches or exists, or search it with a text clause");
            case VectorField v -> throw new InvalidFilterException(name, "a metadata field", v.describe());
            case SparseVectorField s -> throw new InvalidFilterException(name, "a metadata field", s.describe());
            case MultiVectorField m -> throw new InvalidFilterException(name, "a metadata field", m.describe());
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
