package dev.kith.internal.index;

import dev.kith.FieldType;
import dev.kith.Filter;
import dev.kith.GeoPoint;
import dev.kith.ScalarField;
import dev.kith.internal.filter.BoundFilter;
import dev.kith.internal.model.FieldValues;
import dev.kith.internal.model.NumberedSchema;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import org.apache.lucene.document.DoubleField;
import org.apache.lucene.document.FloatField;
import org.apache.lucene.document.IntField;
import org.apache.lucene.document.KeywordField;
import org.apache.lucene.document.LatLonPoint;
import org.apache.lucene.document.LongField;
import org.apache.lucene.search.BooleanClause.Occur;
import org.apache.lucene.search.BooleanQuery;
import org.apache.lucene.search.FieldExistsQuery;
import org.apache.lucene.search.MatchAllDocsQuery;
import org.apache.lucene.search.MatchNoDocsQuery;
import org.apache.lucene.search.PrefixQuery;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.TermInSetQuery;
import org.apache.lucene.search.TermQuery;
import org.apache.lucene.search.TermRangeQuery;
import org.apache.lucene.index.Term;
import org.apache.lucene.util.BytesRef;
import org.jspecify.annotations.Nullable;

/// Bound filters as Lucene queries with the same meaning as [dev.kith.internal.filter.FilterEvaluator].
public final class LuceneFilters {
    private final NumberedSchema schema;

    /// @param schema what the filters are bound to
    public LuceneFilters(NumberedSchema schema) {
        this.schema = schema;
    }

    /// The query that matches what the filter matches.
    public Query query(BoundFilter filter) {
        return query(filter, filter.filter());
    }

    private Query query(BoundFilter bound, Filter filter) {
        return switch (filter) {
            case Filter.All _ -> MatchAllDocsQuery.INSTANCE;
            case Filter.Eq(String name, Object value) -> anyOf(name, List.of(value));
            case Filter.In(String name, List<Object> values) -> anyOf(name, values);
            case Filter.ContainsAny(String name, List<Object> values) -> anyOf(name, values);
            case Filter.Range range -> range(range);
            case Filter.Exists(String name) -> new FieldExistsQuery(luceneName(name));
            case Filter.Prefix(String name, String prefix) -> new PrefixQuery(new Term(luceneName(name), prefix));
            case Filter.IsNull(String name) ->
                new TermQuery(new Term(LuceneFields.NULLS, DocumentMapper.nullTerm(schema.named(name))));
            case Filter.Wildcard wildcard -> new WildcardTermsQuery(luceneName(wildcard.field()), bound.pattern(wildcard));
            case Filter.Matches matches -> words(bound.sought(matches), matches);
            case Filter.WithinDistance(String name, GeoPoint center, double meters) ->
                LatLonPoint.newDistanceQuery(luceneName(name), center.latitude(), center.longitude(), meters);
            case Filter.WithinBox(String name, GeoPoint southWest, GeoPoint northEast) ->
                LatLonPoint.newBoxQuery(luceneName(name), southWest.latitude(), northEast.latitude(), southWest.longitude(),
                        northEast.longitude());
            case Filter.IdPrefix(String prefix) -> new PrefixQuery(new Term(LuceneFields.ID, prefix));
            case Filter.Ids(List<String> ids) -> new TermInSetQuery(LuceneFields.ID, terms(ids));
            case Filter.And(List<Filter> operands) ->
                operands.isEmpty() ? MatchAllDocsQuery.INSTANCE : bool(bound, operands, Occur.FILTER);
            case Filter.Or(List<Filter> operands) ->
                operands.isEmpty() ? new MatchNoDocsQuery() : bool(bound, operands, Occur.SHOULD);
            case Filter.Not(Filter operand) -> new BooleanQuery.Builder().add(MatchAllDocsQuery.INSTANCE, Occur.FILTER)
                    .add(query(bound, operand), Occur.MUST_NOT).build();
        };
    }

    private Query bool(BoundFilter bound, List<Filter> operands, Occur occur) {
        BooleanQuery.Builder builder = new BooleanQuery.Builder();
        operands.forEach(operand -> builder.add(query(bound, operand), occur));
        return builder.build();
    }

    private Query words(Set<String> sought, Filter.Matches matches) {
        if (sought.isEmpty()) {
            return new MatchNoDocsQuery();
        }
        BooleanQuery.Builder builder = new BooleanQuery.Builder();
        for (String word : sought) {
            builder.add(new TermQuery(new Term(luceneName(matches.field()), word)),
                    matches.all() ? Occur.FILTER : Occur.SHOULD);
        }
        return builder.build();
    }

    private String luceneName(String name) {
        return LuceneFields.name(schema.named(name));
    }

    private FieldType type(String name) {
        return ((ScalarField) schema.named(name).field()).type();
    }

    private static List<BytesRef> terms(Collection<?> values) {
        return values.stream().map(DocumentMapper::term).toList();
    }

    private Query anyOf(String name, List<Object> values) {
        if (values.isEmpty()) {
            return new MatchNoDocsQuery();
        }
        String field = luceneName(name);
        return switch (type(name)) {
            case KEYWORD, BOOLEAN, UUID -> KeywordField.newSetQuery(field, terms(values));
            case INTEGER -> IntField.newSetQuery(field, values.stream().mapToInt(v -> (Integer) v).toArray());
            case LONG -> LongField.newSetQuery(field, values.stream().mapToLong(v -> (Long) v).toArray());
            case INSTANT ->
                LongField.newSetQuery(field, values.stream().mapToLong(v -> FieldValues.nanos((Instant) v)).toArray());
            case DOUBLE -> DoubleField.newSetQuery(field, values.stream().mapToDouble(v -> (Double) v).toArray());
            case FLOAT -> {
                float[] floats = new float[values.size()];
                for (int i = 0; i < floats.length; i++) {
                    floats[i] = (Float) values.get(i);
                }
                yield FloatField.newSetQuery(field, floats);
            }
            case GEO_POINT -> throw new IllegalStateException("the filter was not bound: equal geo points");
        };
    }

    private Query range(Filter.Range range) {
        String field = luceneName(range.field());
        return switch (type(range.field())) {
            case KEYWORD, UUID -> new TermRangeQuery(field, bound(range.from()), bound(range.to()),
                    range.from() == null || range.fromInclusive(), range.to() == null || range.toInclusive());
            case INTEGER -> {
                long from = range.from() instanceof Integer n ? n + (range.fromInclusive() ? 0L : 1L) : Integer.MIN_VALUE;
                long to = range.to() instanceof Integer n ? n - (range.toInclusive() ? 0L : 1L) : Integer.MAX_VALUE;
                yield from > to ? new MatchNoDocsQuery() : IntField.newRangeQuery(field, (int) from, (int) to);
            }
            case LONG -> longs(field, range, (Long) range.from(), (Long) range.to());
            case INSTANT -> longs(field, range, range.from() instanceof Instant i ? FieldValues.nanos(i) : null,
                    range.to() instanceof Instant i ? FieldValues.nanos(i) : null);
            case FLOAT -> {
                float from = range.from() instanceof Float n
                        ? range.fromInclusive() ? n : Math.nextUp(n)
                        : Float.NEGATIVE_INFINITY;
                float to = range.to() instanceof Float n ? range.toInclusive() ? n : Math.nextDown(n) : Float.POSITIVE_INFINITY;
                // The neighbours of zero: values are never negative zero, so stepping past it loses nothing.
                yield from > to ? new MatchNoDocsQuery() : FloatField.newRangeQuery(field, from, to);
            }
            case DOUBLE -> {
                double from = range.from() instanceof Double n
                        ? range.fromInclusive() ? n : Math.nextUp(n)
                        : Double.NEGATIVE_INFINITY;
                double to = range.to() instanceof Double n
                        ? range.toInclusive() ? n : Math.nextDown(n)
                        : Double.POSITIVE_INFINITY;
                yield from > to ? new MatchNoDocsQuery() : DoubleField.newRangeQuery(field, from, to);
            }
            case BOOLEAN, GEO_POINT -> throw new IllegalStateException("the filter was not bound: a range without an order");
        };
    }

    private static @Nullable BytesRef bound(@Nullable Object value) {
        return value == null ? null : DocumentMapper.term(value);
    }

    private static Query longs(String field, Filter.Range range, @Nullable Long from, @Nullable Long to) {
        if (from != null && !range.fromInclusive() && from == Long.MAX_VALUE
                || to != null && !range.toInclusive() && to == Long.MIN_VALUE) {
            return new MatchNoDocsQuery();
        }
        long least = from == null ? Long.MIN_VALUE : range.fromInclusive() ? from : from + 1;
        long most = to == null ? Long.MAX_VALUE : range.toInclusive() ? to : to - 1;
        return least > most ? new MatchNoDocsQuery() : LongField.newRangeQuery(field, least, most);
    }
}
