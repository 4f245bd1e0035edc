package dev.kith.quality;

import dev.kith.Clause;
import dev.kith.Observer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;

/// Keeps the vectors of recent queries of one field, for [Baseline#compare]: give it to the database when it is opened. Thread-safe.
public final class QuerySample implements Observer {
    private final String collection;
    private final String field;
    private final int size;
    private final Random random;
    private final List<float[]> kept = new ArrayList<>();
    private long seen;

    /// @param collection whose queries
    /// @param field the vector field they search
    /// @param size how many are kept, at least 50; each query seen is kept with the same probability
    /// @param seed of the choice
    public QuerySample(String collection, String field, int size, long seed) {
        if (size < 50) {
            throw new IllegalArgumentException("size must be at least 50, was " + size);
        }
        this.collection = collection;
        this.field = field;
        this.size = size;
        this.random = new Random(seed);
    }

    @Override
    public void searched(Searched event) {
        if (event.collection().equals(collection)) {
            for (Clause clause : event.query().clauses()) {
                if (clause instanceof Clause.Nearest nearest && nearest.field().equals(field)) {
                    add(nearest.vector().toFloats());
                }
            }
        }
    }

    private synchronized void add(float[] vector) {
        seen++;
        if (kept.size() < size) {
            kept.add(vector);
        } else {
            long place = random.nextLong(seen);
            if (place < size) {
                kept.set((int) place, vector);
            }
        }
    }

    /// The queries kept so far.
    public synchronized Stream<float[]> vectors() {
        return List.copyOf(kept).stream();
    }

    /// Forgets all, to begin another period.
    public synchronized void clear() {
        kept.clear();
        seen = 0;
    }
}
