package dev.kith.bench.engine;

import dev.kith.Kith;
import dev.kith.bench.data.VectorSet;
import dev.kith.core.DenseVectors;
import dev.kith.core.Metric;
import dev.kith.hnsw.HnswIndex;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// The whole database: records with ids, every write synced, answers with ids and scores. Either optimized to one segment, as
/// the peers are, or as it settles by itself after a load.
final class KithDbEngine implements Engine {
    private static final int BATCH = 1000;
    private final boolean optimized;

    KithDbEngine(boolean optimized) {
        this.optimized = optimized;
    }

    @Override
    public String name() {
        return optimized ? "kith-db" : "kith-db-settled";
    }

    @Override
    public String revision() {
        return CodeFingerprint.of(DenseVectors.class, HnswIndex.class, Kith.class);
    }

    @Override
    public String description(BuildParameters parameters) {
        return "Kith database, " + parameters.text() + ", durability on, "
                + (optimized ? "one segment" : "as it settles by itself");
    }

    @Override
    public boolean supports(Metric metric) {
        return true;
    }

    @Override
    public boolean filters() {
        return false; // its filters are conditions on metadata, which a set of vectors has not
    }

    @Override
    public List<SearchSetting> sweep(int k) {
        return Sweeps.ef(k);
    }

    @Override
    public void build(VectorSet set, BuildParameters parameters, Path folder) throws IOException {
        try (Arena arena = Arena.ofConfined();
                KithDbStore store = new KithDbStore(set, parameters, Files.createDirectory(folder.resolve("db")))) {
            DenseVectors vectors = set.vectors(arena);
            for (int from = 0; from < set.rows(); from += BATCH) {
                int[] rows = IntStream.range(from, Math.min(set.rows(), from + BATCH)).toArray();
                float[][] copies = new float[rows.length][set.dimension()];
                for (int i = 0; i < rows.length; i++) {
                    vectors.copyRow(rows[i], copies[i]);
                }
                store.upsert(rows, copies);
            }
            if (optimized) {
                store.settle();
            } else {
                store.flush();
            }
        }
    }

    @Override
    @SuppressWarnings("MustBeClosedChecker") // closed by the opened index
    public OpenedIndex open(VectorSet set, BuildParameters parameters, Path folder) {
        KithDbStore store = new KithDbStore(set, parameters, folder.resolve("db"));
        return new OpenedIndex() {
            @Override
            public Searcher searcher() {
                return new DbSearcher(store);
            }

            @Override
            public void close() {
                store.close();
            }
        };
    }

    private record DbSearcher(KithDbStore store) implements Searcher {
        @Override
        public int search(float[] query, int k, SearchSetting setting, @Nullable AcceptSet accept, int[] ids) {
            return store.search(query, k, setting.effort(), ids);
        }

        @Override
        public long distances() {
            return -1;
        }
    }
}
