package dev.kith.bench.engine;

import dev.kith.Collection;
import dev.kith.Database;
import dev.kith.Hit;
import dev.kith.IndexSpec;
import dev.kith.Kith;
import dev.kith.Query;
import dev.kith.Record;
import dev.kith.Schema;
import dev.kith.VectorField;
import dev.kith.bench.data.VectorSet;
import dev.kith.core.VectorEncoding;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// The database with its default options: every write synced.
public final class KithDbStore implements VectorStore {
    private static final String COLLECTION = "rows";
    private static final String FIELD = "v";
    private final Database database;
    private final Collection collection;

    /// Opens or makes the database.
    public KithDbStore(VectorSet set, BuildParameters parameters, Path folder) {
        database = Kith.open(folder);
        boolean there = database.collections().contains(COLLECTION);
        collection = there ? database.collection(COLLECTION) : database.createCollection(COLLECTION, schema(set, parameters));
    }

    private static Schema schema(VectorSet set, BuildParameters parameters) {
        return Schema.builder().add(new VectorField(FIELD, set.dimension(), set.metric(), VectorEncoding.FLOAT32,
                IndexSpec.hnsw(parameters.m(), parameters.efConstruction()), false)).build();
    }

    @Override
    public void upsert(int[] rows, float[][] vectors) {
        List<Record> records = new ArrayList<>(rows.length);
        for (int i = 0; i < rows.length; i++) {
            records.add(Record.builder(Integer.toString(rows[i])).vector(FIELD, vectors[i]).build());
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

    /// Moves writes into segments without merging them.
    public void flush() {
        collection.flush();
    }

    @Override
    public int search(float[] query, int k, int ef, int[] ids) {
        List<Hit> hits = collection.search(Query.nearest(FIELD, query).k(k).efSearch(ef)).hits();
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
