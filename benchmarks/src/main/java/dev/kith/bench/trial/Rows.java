package dev.kith.bench.trial;

import dev.kith.Collection;
import dev.kith.Database;
import dev.kith.Record;
import dev.kith.Schema;
import dev.kith.bench.data.VectorSet;
import dev.kith.core.DenseVectors;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/// The rows of a set as records, whose ids are the row numbers.
final class Rows {
    static final String COLLECTION = "rows";
    static final String FIELD = "v";
    private static final String GROUP = "group";

    private Rows() {}

    static Collection collection(Database database, VectorSet set) {
        return collection(database, COLLECTION, set);
    }

    static Collection collection(Database database, String name, VectorSet set) {
        return database.createCollection(name,
                Schema.builder().vector(FIELD, set.dimension(), set.metric()).integer(GROUP).build());
    }

    /// Records `[from, to)`.
    static List<Record> records(DenseVectors vectors, int from, int to) {
        List<Record> records = new ArrayList<>(to - from);
        for (int row = from; row < to; row++) {
            float[] vector = new float[vectors.dimension()];
            vectors.copyRow(row, vector);
            records.add(record(Integer.toString(row), vector, row));
        }
        return records;
    }

    static Record record(String id, float[] vector, int row) {
        return Record.builder(id).vector(FIELD, vector).field(GROUP, row % 100).build();
    }

    /// A vector near that of a row, each component changed by up to a tenth of itself.
    static float[] near(DenseVectors vectors, int row, SplittableRandom random) {
        float[] vector = new float[vectors.dimension()];
        vectors.copyRow(row, vector);
        for (int c = 0; c < vector.length; c++) {
            vector[c] *= (float) (0.9 + 0.2 * random.nextDouble());
        }
        return vector;
    }

    static void load(Collection collection, DenseVectors vectors, int batch) {
        for (int from = 0; from < vectors.count(); from += batch) {
            collection.upsert(records(vectors, from, Math.min(vectors.count(), from + batch)));
        }
    }
}
