package dev.kith.internal.engine;

import dev.kith.ClosedException;
import dev.kith.Collection;
import dev.kith.CollectionStats;
import dev.kith.EraseReport;
import dev.kith.Explanation;
import dev.kith.Field;
import dev.kith.Filter;
import dev.kith.Limits;
import dev.kith.InvalidQueryException;
import dev.kith.Projection;
import dev.kith.Query;
import dev.kith.Record;
import dev.kith.Schema;
import dev.kith.SearchCursor;
import dev.kith.SearchResult;
import dev.kith.Update;
import dev.kith.VerifyReport;
import dev.kith.WhyNot;
import dev.kith.Write;
import dev.kith.internal.filter.BoundFilter;
import dev.kith.internal.model.DynamicFields;
import dev.kith.internal.model.NumberedSchema;
import dev.kith.internal.model.RecordCheck;
import dev.kith.internal.search.RecordCursor;
import dev.kith.internal.search.Searches;
import dev.kith.internal.view.View;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// The handle of one collection. Adding fields closes the store behind it and opens it again with the wider schema; calls that
/// meet the closed one wait and begin anew, searches under way finish on the view they have.
final class EngineCollection implements Collection {
    private static final long FIRST_LOOK_MILLIS = 200;
    private static final long LAST_LOOK_MILLIS = 3_200;

    private final Object database;
    private final SnapshotRegistry snapshots;
    private volatile CollectionStore store;

    /// @param database the monitor under which stores are opened and closed
    EngineCollection(CollectionStore store, Object database, SnapshotRegistry snapshots) {
        this.store = store;
        this.snapshots = snapshots;
        this.database = database;
        store.onFailure(_ -> healIfFull(store));
    }

    /// A full disk met while segments were written leaves Lucene's writer in pieces, but all that was acknowledged is in the log. Reads
    /// go on; once there is room the collection is opened anew behind this handle.
    private void healIfFull(CollectionStore broken) {
        if (broken.healable()) {
            OwnThreads.start("kith-heal-" + name(), () -> heal(broken));
        }
    }

    private void heal(CollectionStore broken) {
        for (long millis = FIRST_LOOK_MILLIS;; millis = Math.min(2 * millis, LAST_LOOK_MILLIS)) {
            try {
                Thread.sleep(millis);
            } catch (InterruptedException e) {
                // nobody has this thread to interrupt it
            }
            synchronized (database) {
                if (store != broken || !broken.healable() || tryToHeal(broken)) {
                    return;
                }
            }
        }
    }

    /// Tries once; true if there is nothing left to try.
    private boolean tryToHeal(CollectionStore broken) {
        try {
            if (!SpaceProbe.hasRoom(broken.setup())) {
                return false;
            }
            CollectionStore next = broken.healed();
            store = next;
            broken.release();
            next.onFailure(_ -> healIfFull(next));
            return true;
        } catch (IOException | RuntimeException e) {
            if (Failures.isNoSpace(e)) {
                return false;
            }
            broken.giveUp();
            System.getLogger("dev.kith").log(System.Logger.Level.ERROR,
                    "collection " + name() + " had no space, and could not be opened anew now that there is some", e);
            return true;
        }
    }

    private interface Call<T> {
        T on(CollectionStore store);
    }

    /// Calls the store, again if it was closed to be opened with more fields. A closed store does nothing before it says so.
    private <T> T calling(Call<T> call) {
        while (true) {
            CollectionStore current = store;
            try {
                current.ensureOpen();
                return call.on(current);
            } catch (ClosedException e) {
                synchronized (database) {
                    if (store == current) {
                        throw e;
                    }
                }
            }
        }
    }

    @Override
    public void addFields(List<Field> fields) {
        List<Field> fitted = RecordCheck.fitAdded(fields);
        synchronized (database) {
            CollectionStore before = store;
            before.ensureOpen();
            NumberedSchema wider = before.setup().schema().with(fitted);
            if (!fitted.isEmpty()) {
                store = OwnThreads.call("kith-schema-" + name(), () -> before.reopened(wider));
            }
        }
    }

    @Override
    public void recordModel(String vectorField, String model) {
        synchronized (database) {
            CollectionStore before = store;
            before.ensureOpen();
            NumberedSchema named = before.setup().schema().withModel(vectorField, model);
            if (!named.schema().equals(schema())) {
                store = OwnThreads.call("kith-schema-" + name(), () -> before.reopened(named));
            }
        }
    }

    /// Declares what records bring, if the schema lets them.
    private void declare(List<Record> records) {
        if (!schema().dynamic() || DynamicFields.missing(schema(), records).isEmpty()) {
            return;
        }
        synchronized (database) { // another call may have declared them meanwhile
            addFields(DynamicFields.missing(schema(), records));
        }
    }

    @Override
    public long write(List<Write> changes) {
        if (schema().dynamic()) {
            declare(changes.stream().map(EngineCollection::brought).filter(Objects::nonNull).toList());
        }
        long deletes = changes.stream().filter(Write.Delete.class::isInstance).count();
        return calling(s -> s.watch().write((int) (changes.size() - deletes), (int) deletes,
                () -> s.writes().write(changes, ids -> current(s, ids))));
    }

    /// The fields a change brings.
    private static @Nullable Record brought(Write write) {
        return switch (write) {
            case Write.Upsert(Record record, Long _) -> record;
            case Write.Change(Update update, Long _) -> update.applyTo(Record.builder(update.id()).build());
            case Write.Delete _ -> null;
        };
    }

    private static List<Record> current(CollectionStore store, List<String> ids) throws IOException {
        View view = store.writersView();
        try {
            return store.searches().get(view, ids);
        } finally {
            view.release();
        }
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
        return write(records, List.of());
    }

    @Override
    public long write(List<Record> upserts, List<String> deletes) {
        declare(upserts);
        return calling(s -> s.watch().write(upserts.size(), deletes.size(), () -> s.writes().write(upserts, deletes)));
    }

    /// Reads of a view.
    private interface Reading<T> {
        T read(View view) throws IOException;
    }

    /// Reads the current view, which stays in use meanwhile.
    private <T> T reading(Reading<T> reading) {
        View view = calling(CollectionStore::view);
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
        return calling(s -> {
            s.removeExpired(); // what has ended does not count
            return s.watch().write(0, ids.size(), () -> (long) s.writes().delete(ids));
        });
    }

    @Override
    public Collection tenant(String name) {
        store.ensureOpen();
        return new EngineTenant(this, name);
    }

    @Override
    public EraseReport erase(List<String> ids) {
        store.ensureOpen();
        return OwnThreads.call("kith-erase-" + name(), () -> snapshots.exclusively(() -> {
            Erasure erasure = new Erasure(store);
            long records = delete(ids);
            erasure.run(ids);
            return new EraseReport(records, snapshots.existing());
        }));
    }

    @Override
    public long delete(Filter filter) {
        return calling(s -> {
            BoundFilter bound = s.searches().bind(filter);
            return s.watch().delete(() -> s.writes().delete(() -> matching(s, bound)));
        });
    }

    private static List<String> matching(CollectionStore store, BoundFilter bound) throws IOException {
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
        View view = calling(CollectionStore::view);
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
        return calling(s -> {
            BoundFilter bound = s.searches().bind(filter);
            s.searches().check(projection);
            return RecordStream.of(s.view(), view -> s.searches().cursor(view, bound, projection));
        });
    }

    @Override
    public void flush() {
        calling(s -> {
            s.writes().between(s.writes()::commit);
            return true;
        });
    }

    @Override
    public void optimize() {
        calling(s -> OwnThreads.call("kith-optimize-" + name(), () -> {
            s.refresher().refreshNow();
            s.segments().mergeAll();
            s.refresher().refreshNow();
            s.writes().between(s.writes()::commit);
            return true;
        }));
    }

    @Override
    public CollectionStats stats() {
        View view = calling(CollectionStore::anyView);
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
