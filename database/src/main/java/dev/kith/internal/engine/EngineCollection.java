package dev.kith.internal.engine;

import dev.kith.Collection;
import dev.kith.CollectionStats;
import dev.kith.Explanation;
import dev.kith.Filter;
import dev.kith.Limits;
import dev.kith.InvalidQueryException;
import dev.kith.Projection;
import dev.kith.Query;
import dev.kith.Record;
import dev.kith.Schema;
import dev.kith.SearchCursor;
import dev.kith.SearchResult;
import dev.kith.VerifyReport;
import dev.kith.WhyNot;
import dev.kith.internal.filter.BoundFilter;
import dev.kith.internal.model.RecordCheck;
import dev.kith.internal.search.RecordCursor;
import dev.kith.internal.search.Searches;
import dev.kith.internal.view.View;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// The handle of one collection.
final class EngineCollection implements Collection {
    private final CollectionStore store;

    EngineCollection(CollectionStore store) {
        this.store = store;
    }

    CollectionStore store() {
        return store;
    }

    @Override
    public String name() {
        return store.setup().name();
    }

    @Override
    public Schema schema() {
        return store.setup().schema().schema();
    }

    @Override
    public long upsert(List<Record> records) {
        store.ensureOpen();
        return store.watch().write(records.size(), 0, () -> store.writes().write(records, List.of()));
    }

    @Override
    public long write(List<Record> upserts, List<String> deletes) {
        store.ensureOpen();
        return store.watch().write(upserts.size(), deletes.size(), () -> store.writes().write(upserts, deletes));
    }

    /// Reads of a view.
    private interface Reading<T> {
        T read(View view) throws IOException;
    }

    /// Reads the current view, which stays in use meanwhile.
    private <T> T reading(Reading<T> reading) {
        store.ensureOpen();
        View view = store.view();
        try {
            return reading.read(view);
        } catch (IOException | RuntimeException | InternalError e) {
            throw Failures.translate(e);
        } finally {
            view.release();
        }
    }

    @Override
    public @Nullable Record get(String id) {
        List<Record> found = get(List.of(id));
        return found.isEmpty() ? null : found.getFirst();
    }

    @Override
    public List<Record> get(List<String> ids) {
        if (ids.size() > Limits.MAX_BATCH_RECORDS) {
            throw new InvalidQueryException("ids", "at most " + Limits.MAX_BATCH_RECORDS, Integer.toString(ids.size()));
        }
        ids.forEach(RecordCheck::checkId);
        return reading(view -> store.searches().get(view, ids));
    }

    @Override
    public long delete(List<String> ids) {
        store.ensureOpen();
        return store.watch().write(0, ids.size(), () -> store.writes().delete(ids));
    }

    @Override
    public long delete(Filter filter) {
        store.ensureOpen();
        BoundFilter bound = store.searches().bind(filter);
        return store.watch().delete(() -> store.writes().delete(() -> matching(bound)));
    }

    private List<String> matching(BoundFilter bound) throws IOException {
        View view = store.view();
        try {
            RecordCursor cursor = store.searches().cursor(view, bound, Projection.NONE);
            List<String> ids = new ArrayList<>();
            for (String id = cursor.nextId(); id != null; id = cursor.nextId()) {
                ids.add(id);
            }
            return ids;
        } finally {
            view.release();
        }
    }

    @Override
    public SearchResult search(Query query) {
        long start = System.nanoTime();
        Searches.Plan plan = store.searches().plan(query);
        return store.watch().search(query, () -> reading(view -> store.searches().search(view, plan, start)));
    }

    @Override
    public List<SearchResult> search(List<Query> queries) {
        long start = System.nanoTime();
        if (queries.size() > Limits.MAX_BATCH_QUERIES) {
            throw new InvalidQueryException("queries", "at most " + Limits.MAX_BATCH_QUERIES, Integer.toString(queries.size()));
        }
        List<Searches.Plan> plans = queries.stream().map(store.searches()::plan).toList();
        return store.watch().searches(queries, () -> reading(view -> store.searches().search(view, plans, start)));
    }

    @Override
    public SearchCursor open(Query query) {
        Searches.Plan plan = store.searches().planPages(query);
        store.ensureOpen();
        View view = store.view();
        try {
            return new EngineCursor(store, view, store.searches().pages(view, plan));
        } catch (IOException | RuntimeException | InternalError e) {
            view.release();
            throw Failures.translate(e);
        }
    }

    @Override
    public Explanation explain(Query query) {
        long start = System.nanoTime();
        Searches.Plan plan = store.searches().plan(query);
        return reading(view -> store.searches().explain(view, plan, start));
    }

    @Override
    public WhyNot whyNot(Query query, String id) {
        Searches.Plan plan = store.searches().plan(query);
        RecordCheck.checkId(id);
        return reading(view -> store.searches().whyNot(view, plan, id));
    }

    @Override
    public long count() {
        return reading(View::records);
    }

    @Override
    public long count(Filter filter) {
        BoundFilter bound = store.searches().bind(filter);
        return reading(view -> store.searches().count(view, bound));
    }

    @Override
    public Stream<Record> scan(Filter filter, Projection projection) {
        store.ensureOpen();
        BoundFilter bound = store.searches().bind(filter);
        store.searches().check(projection);
        return RecordStream.of(store.view(), view -> store.searches().cursor(view, bound, projection));
    }

    @Override
    public void flush() {
        store.ensureOpen();
        store.writes().between(store.writes()::commit);
    }

    @Override
    public void optimize() {
        store.ensureOpen();
        OwnThreads.call("kith-optimize-" + name(), () -> {
            store.refresher().refreshNow();
            store.segments().mergeAll();
            store.refresher().refreshNow();
            return true;
        });
    }

    @Override
    public CollectionStats stats() {
        store.ensureOpen();
        View view = store.anyView();
        try {
            return Inspection.stats(store, view);
        } catch (IOException | RuntimeException e) {
            throw Failures.translate(e);
        } finally {
            view.release();
        }
    }

    @Override
    public VerifyReport verify() {
        return reading(view -> OwnThreads.call("kith-verify-" + name(), () -> Inspection.verify(store, view)));
    }

    @Override
    public String toString() {
        return "Collection[" + name() + "]";
    }
}
