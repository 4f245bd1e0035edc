package dev.kith.internal.engine;

import dev.kith.Collection;
import dev.kith.CollectionStats;
import dev.kith.ConflictException;
import dev.kith.EraseReport;
import dev.kith.Explanation;
import dev.kith.Field;
import dev.kith.Filter;
import dev.kith.Hit;
import dev.kith.InvalidNameException;
import dev.kith.Limits;
import dev.kith.Projection;
import dev.kith.Query;
import dev.kith.Record;
import dev.kith.Schema;
import dev.kith.SearchCursor;
import dev.kith.SearchResult;
import dev.kith.VerifyReport;
import dev.kith.WhyNot;
import dev.kith.Write;
import dev.kith.internal.model.Utf8;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// The records of one tenant of a collection: those whose id begins with the tenant's name and a separator that no name can hold.
/// Every id that comes in gets that beginning, every id that goes out loses it, and every filter is joined by "and" with it from the
/// outside. So there is no id, and no filter, by which a caller could say anything about another tenant's record.
final class EngineTenant implements Collection {
    /// U+001F, the unit separator: a control character, which names of tenants must not hold.
    static final char SEPARATOR = '\u001F';

    private final EngineCollection whole;
    private final String tenant;
    private final TenantScope scope;

    EngineTenant(EngineCollection whole, String tenant) {
        this.whole = whole;
        this.tenant = checked(tenant);
        this.scope = new TenantScope(tenant + SEPARATOR);
    }

    private static String checked(String tenant) {
        String expected = "a tenant of 1 to " + Limits.MAX_TENANT_BYTES + " bytes of UTF-8 without control characters";
        if (tenant.isEmpty()) {
            throw new InvalidNameException(tenant, expected, "an empty string");
        }
        Utf8.check(tenant, Limits.MAX_TENANT_BYTES, (_, found) -> new InvalidNameException(tenant, expected, found));
        for (int i = 0; i < tenant.length(); i++) {
            if (Character.isISOControl(tenant.charAt(i))) {
                throw new InvalidNameException(tenant, expected, "a control character at index " + i);
            }
        }
        return tenant;
    }

    /// What a caller nests is never deeper or longer than the limits once it has been bound.
    private Filter confined(Filter filter) {
        whole.store().searches().bind(filter);
        return scope.confined(filter);
    }

    private Query confined(Query query) {
        whole.store().searches().bind(query.filter());
        return scope.confined(query);
    }

    @Override
    public String name() {
        return whole.name();
    }

    @Override
    public Schema schema() {
        return whole.schema();
    }

    @Override
    public Collection tenant(String other) {
        throw new UnsupportedOperationException("the handle of tenant '" + tenant + "' leads to no other");
    }

    @Override
    public long upsert(List<Record> records) {
        return whole.upsert(records.stream().map(record -> scope.in(record)).toList());
    }

    @Override
    public long write(List<Record> upserts, List<String> deletes) {
        return whole.write(upserts.stream().map(record -> scope.in(record)).toList(), scope.in(deletes));
    }

    @Override
    public long write(List<Write> changes) {
        try {
            return whole.write(changes.stream().map(scope::in).toList());
        } catch (ConflictException e) {
            throw new ConflictException(scope.out(e.id()), e.expected(), e.found());
        }
    }

    @Override
    public void addFields(List<Field> fields) {
        throw notForTenants("addFields");
    }

    @Override
    public void recordModel(String vectorField, String model) {
        throw notForTenants("recordModel");
    }

    @Override
    public @Nullable Record get(String id) {
        Record found = whole.get(scope.in(id));
        return found == null ? null : scope.out(found);
    }

    @Override
    public List<Record> get(List<String> ids) {
        return whole.get(scope.in(ids)).stream().map(scope::out).toList();
    }

    @Override
    public long delete(List<String> ids) {
        return whole.delete(scope.in(ids));
    }

    @Override
    public long delete(Filter filter) {
        return whole.delete(confined(filter));
    }

    @Override
    public EraseReport erase(List<String> ids) {
        return whole.erase(scope.in(ids));
    }

    @Override
    public SearchResult search(Query query) {
        return scope.out(whole.search(confined(query)));
    }

    @Override
    public List<SearchResult> search(List<Query> queries) {
        return whole.search(queries.stream().map(this::confined).toList()).stream().map(scope::out).toList();
    }

    @Override
    public SearchCursor open(Query query) {
        SearchCursor cursor = whole.open(confined(query));
        return new SearchCursor() {
            @Override
            public List<Hit> next(int n) {
                return scope.out(cursor.next(n));
            }

            @Override
            public long position() {
                return cursor.position();
            }

            @Override
            public long sequence() {
                return cursor.sequence();
            }

            @Override
            public void close() {
                cursor.close();
            }
        };
    }

    @Override
    public Explanation explain(Query query) {
        throw notForTenants("explain");
    }

    @Override
    public WhyNot whyNot(Query query, String id) {
        throw notForTenants("whyNot");
    }

    @Override
    public long count() {
        return whole.count(confined(Filter.all()));
    }

    @Override
    public long count(Filter filter) {
        return whole.count(confined(filter));
    }

    @Override
    public Stream<Record> scan(Filter filter, Projection projection) {
        return whole.scan(confined(filter), projection).map(scope::out);
    }

    @Override
    public void flush() {
        throw notForTenants("flush");
    }

    @Override
    public void optimize() {
        throw notForTenants("optimize");
    }

    @Override
    public CollectionStats stats() {
        throw notForTenants("stats");
    }

    @Override
    public VerifyReport verify() {
        throw notForTenants("verify");
    }

    private UnsupportedOperationException notForTenants(String what) {
        return new UnsupportedOperationException(what + " concerns the whole collection and is not for the handle of one tenant");
    }

    @Override
    public String toString() {
        return "Collection[" + name() + ", tenant " + tenant + "]";
    }
}
