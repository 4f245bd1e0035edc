package dev.kith.internal.observe;

import dev.kith.Clause;
import dev.kith.Collection;
import dev.kith.CollectionStats;
import dev.kith.Filter;
import dev.kith.Observation;
import dev.kith.Observer;
import dev.kith.Query;
import dev.kith.SearchResult;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.List;
import java.util.StringJoiner;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.LongUnaryOperator;
import java.util.function.Supplier;

/// What happens to one collection, told to whoever wants to know. Thread-safe.
public final class Watch {
    private static final Logger LOG = System.getLogger("dev.kith");
    private static final Logger SLOW = System.getLogger("dev.kith.slow");
    private static final int SHOWN = 500;

    private final String collection;
    private final Observer observer;
    private final long slowNanos;

    /// @param collection name of the collection
    /// @param observation who is told
    public Watch(String collection, Observation observation) {
        this.collection = collection;
        this.observer = observation.observer();
        this.slowNanos = observation.slowSearch().isZero() ? Long.MAX_VALUE : observation.slowSearch().toNanos();
    }

    /// Runs a search and tells of it.
    public SearchResult search(Query query, Supplier<SearchResult> search) {
        Events.Search event = new Events.Search();
        event.begin();
        SearchResult result = search.get();
        tell(event, query, result);
        return result;
    }

    /// Runs a batch of searches and tells of each.
    public List<SearchResult> searches(List<Query> queries, Supplier<List<SearchResult>> search) {
        List<Events.Search> events = new ArrayList<>(queries.size());
        for (int i = 0; i < queries.size(); i++) {
            Events.Search event = new Events.Search();
            event.begin();
            events.add(event);
        }
        List<SearchResult> results = search.get();
        for (int i = 0; i < results.size(); i++) {
            tell(events.get(i), queries.get(i), results.get(i));
        }
        return results;
    }

    private void tell(Events.Search event, Query query, SearchResult result) {
        event.end();
        if (event.shouldCommit()) {
            event.collection = collection;
            event.clauses = query.clauses().size();
            event.k = query.k();
            event.filtered = !(query.filter() instanceof Filter.All);
            event.hits = result.hits().size();
            event.segments = result.stats().segments();
            event.recentRecords = result.stats().recentRecords();
            event.commit();
        }
        boolean slow = result.stats().elapsedNanos() >= slowNanos;
        if (slow) {
            SLOW.log(Level.WARNING, () -> "slow search of " + collection + ": " + result.stats().elapsedNanos() / 1_000
                    + " us, " + result.hits().size() + " hits, " + result.stats().segments() + " segments, "
                    + result.stats().recentRecords() + " recent records; " + describe(query));
        }
        if (observer != Observer.NONE) {
            tell(o -> o.searched(new Observer.Searched(collection, query, result.hits().size(), result.stats(), slow)));
        }
    }

    private static String describe(Query query) {
        StringJoiner text = new StringJoiner(", ");
        for (Clause clause : query.clauses()) {
            text.add(clause.getClass().getSimpleName() + " " + clause.field()
                    + (clause instanceof Clause.Text words ? " '" + shorten(words.text()) + "'" : ""));
        }
        return text + ", k " + query.k() + ", filter " + shorten(query.filter().toString());
    }

    private static String shorten(String text) {
        return text.length() <= SHOWN ? text : text.substring(0, SHOWN) + "...";
    }

    /// Runs a write of records and tells of it.
    public long write(long upserts, long deletes, LongSupplier write) {
        return write(write, _ -> upserts, _ -> deletes);
    }

    /// Runs a deletion by filter, which tells how many it deleted, and tells of it.
    public long delete(LongSupplier write) {
        return write(write, _ -> 0, deleted -> deleted);
    }

    private long write(LongSupplier write, LongUnaryOperator upserts, LongUnaryOperator deletes) {
        Events.Write event = new Events.Write();
        long start = System.nanoTime();
        event.begin();
        long result = write.getAsLong();
        event.end();
        if (event.shouldCommit()) {
            event.collection = collection;
            event.upserts = upserts.applyAsLong(result);
            event.deletes = deletes.applyAsLong(result);
            event.commit();
        }
        if (observer != Observer.NONE) {
            long elapsed = System.nanoTime() - start;
            tell(o -> o.written(
                    new Observer.Written(collection, upserts.applyAsLong(result), deletes.applyAsLong(result), elapsed)));
        }
        return result;
    }

    /// Tells of an opened collection.
    public void opened(Collection opened, CollectionStats.Recovery recovery) {
        Events.Open event = new Events.Open();
        if (event.shouldCommit()) {
            event.collection = collection;
            event.operations = recovery.operations();
            event.logFiles = recovery.logFiles();
            event.tornBytes = recovery.tornBytes();
            event.commit();
        }
        tell(o -> o.opened(new Observer.Opened(opened, recovery)));
    }

    /// A commit.
    public interface Commit {
        /// Commits.
        long run() throws IOException;
    }

    /// Runs a commit up to a sequence number and tells of it.
    public long flush(long sequence, Commit commit) throws IOException {
        Events.Flush event = new Events.Flush();
        long start = System.nanoTime();
        event.begin();
        long result = commit.run();
        event.end();
        if (sequence == 0) {
            return result; // of a new collection: there was nothing to move
        }
        if (event.shouldCommit()) {
            event.collection = collection;
            event.sequence = sequence;
            event.commit();
        }
        long elapsed = System.nanoTime() - start;
        tell(o -> o.flushed(new Observer.Flushed(collection, sequence, elapsed)));
        return result;
    }

    /// A merge under way; closing it tells of it.
    public Merging merging(int segments, long records) {
        return new Merging(segments, records);
    }

    /// A merge under way.
    public final class Merging implements AutoCloseable {
        private final Events.Merge event = new Events.Merge();
        private final long start = System.nanoTime();
        private final int segments;
        private final long records;
        private boolean done;

        private Merging(int segments, long records) {
            this.segments = segments;
            this.records = records;
            event.begin();
        }

        /// The merge succeeded.
        public void done() {
            done = true;
        }

        @Override
        public void close() {
            event.end();
            if (event.shouldCommit()) {
                event.collection = collection;
                event.segments = segments;
                event.records = records;
                event.failed = !done;
                event.commit();
            }
            long elapsed = System.nanoTime() - start;
            tell(o -> o.merged(new Observer.Merged(collection, segments, records, elapsed, !done)));
        }
    }

    private void tell(Consumer<Observer> event) {
        try {
            event.accept(observer);
        } catch (RuntimeException e) {
            LOG.log(Level.WARNING, "an observer of collection " + collection + " failed", e);
        }
    }
}
