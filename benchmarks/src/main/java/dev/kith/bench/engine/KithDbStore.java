package dev.kith.bench.engine;

import dev.kith.Collection;
import dev.kith.Database;
import dev.kith.Effort;
import dev.kith.Filter;
import dev.kith.Hit;
import dev.kith.IndexSpec;
import dev.kith.Kith;
import dev.kith.Query;
import dev.kith.Record;
import dev.kith.Schema;
import dev.kith.VectorField;
import dev.kith.bench.data.VectorSet;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;

/// The database with its default options: every write synced.
public final class KithDbStore implements VectorStore {
    private static final String COLLECTION = "rows";
    private static final String FIELD = "v";
    private static final String MERGE_THREAD = "Lucene Merge Thread"; // as Lucene's ConcurrentMergeScheduler calls them
    private static final long QUIET_NANOS = 6_000_000_000L; // the database begins its last merges two seconds after the last write
    private static final long LOOK_NANOS = 50_000_000;
    private final Map<String, int[]> orders;
    private final Database database;
    private final Collection collection;

    /// Opens or makes a database of vectors alone, searched by a graph.
    public KithDbStore(VectorSet set, BuildParameters parameters, Path folder) {
        this(set, folder, field(set).withIndex(IndexSpec.hnsw(parameters.m(), parameters.efConstruction())), Map.of());
    }

    /// Opens or makes a database.
    ///
    /// @param orders by name, the rank of each row; stored with it, so that a filter can ask for the first rows of an order
    KithDbStore(VectorSet set, Path folder, VectorField field, Map<String, int[]> orders) {
        this.orders = orders;
        database = Kith.open(folder);
        boolean there = database.collections().contains(COLLECTION);
        collection = there ? database.collection(COLLECTION) : database.createCollection(COLLECTION, schema(field, orders));
    }

    /// The field of the vectors, of float32 and with the default index.
    static VectorField field(VectorSet set) {
        return VectorField.of(FIELD, set.dimension(), set.metric());
    }

    private static Schema schema(VectorField field, Map<String, int[]> orders) {
        Schema.Builder schema = Schema.builder().add(field);
        orders.keySet().forEach(schema::integer);
        return schema.build();
    }

    @Override
    public void upsert(int[] rows, float[][] vectors) {
        List<Record> records = new ArrayList<>(rows.length);
        for (int i = 0; i < rows.length; i++) {
            Record.Builder record = Record.builder(Integer.toString(rows[i])).vector(FIELD, vectors[i]);
            int row = rows[i];
            orders.forEach((order, ranks) -> record.field(order, ranks[row]));
            records.add(record.build());
        }
        collection.upsert(records);
    }

    @Override
    public void delete(int[] rows) {
        List<String> ids = new ArrayList<>(rows.length);
        for (int row : rows) {
            ids.add(Integer.toString(row));
        }
        collection.delete(ids);
    }

    @Override
    public void settle() {
        collection.flush();
        collection.optimize();
    }

    /// Moves writes into segments and waits until no merge that the database begins by itself has been under way for a while.
    public void rest() {
        collection.flush();
        long quietSince = System.nanoTime();
        while (System.nanoTime() - quietSince < QUIET_NANOS) {
            if (Thread.getAllStackTraces().keySet().stream().anyMatch(t -> t.getName().contains(MERGE_THREAD))) {
                quietSince = System.nanoTime();
            }
            LockSupport.parkNanos(LOOK_NANOS);
        }
    }

    @Override
    public int search(float[] query, int k, int ef, int[] ids) {
        return search(query, k, Effort.efSearch(ef), Filter.all(), ids);
    }

    /// The `k` nearest rows that match.
    int search(float[] query, int k, Effort effort, Filter filter, int[] ids) {
        List<Hit> hits = collection.search(Query.nearest(FIELD, query).k(k).effort(effort).filter(filter)).hits();
        for (int i = 0; i < hits.size(); i++) {
            ids[i] = Integer.parseInt(hits.get(i).id());
        }
        return hits.size();
    }

    @Override
    public void close() {
        database.close();
    }
}
