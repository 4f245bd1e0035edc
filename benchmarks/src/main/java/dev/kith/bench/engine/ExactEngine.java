package dev.kith.bench.engine;

import dev.kith.bench.data.VectorSet;
import dev.kith.core.AcceptOrdinals;
import dev.kith.core.DenseVectors;
import dev.kith.core.Metric;
import dev.kith.core.Scorer;
import dev.kith.core.TopK;
import dev.kith.core.VectorKernels;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Every row, every time, with our float kernels: what any index must beat.
final class ExactEngine implements Engine {
    private static final int BLOCK = 512;

    @Override
    public String name() {
        return "exact";
    }

    @Override
    public String description(BuildParameters parameters) {
        return "Kith flat scan over float32, " + (VectorKernels.simd() ? "SIMD" : "scalar") + " kernels";
    }

    @Override
    public boolean supports(Metric metric) {
        return true;
    }

    @Override
    public List<SearchSetting> sweep(int k) {
        return List.of(new SearchSetting(1, 0, "all rows"));
    }

    @Override
    public boolean searchesSetFile() {
        return true;
    }

    @Override
    public void build(VectorSet set, BuildParameters parameters, Path folder) {
        // The vectors are the index.
    }

    @Override
    @SuppressWarnings("MustBeClosedChecker") // closed by the opened index
    public OpenedIndex open(VectorSet set, BuildParameters parameters, Path folder) throws IOException {
        Arena arena = Arena.ofShared();
        DenseVectors vectors = set.vectors(arena);
        return new OpenedIndex() {
            @Override
            public Searcher searcher() {
                return new FlatSearcher(vectors);
            }

            @Override
            public void close() {
                arena.close();
            }
        };
    }

    private static final class FlatSearcher implements Searcher {
        private final DenseVectors vectors;
        private final int[] ordinals = new int[BLOCK];
        private final float[] distances = new float[BLOCK];
        private final AcceptCache<AcceptOrdinals> accepts = new AcceptCache<>(AcceptSet::ordinals);
        private @Nullable TopK nearest;
        private long computed;

        FlatSearcher(DenseVectors vectors) {
            this.vectors = vectors;
        }

        @Override
        public int search(float[] query, int k, SearchSetting setting, @Nullable AcceptSet accept, int[] ids) {
            TopK top = nearest;
            if (top == null || top.capacity() != k) {
                top = new TopK(k);
                nearest = top;
            }
            top.clear();
            Scorer scorer = vectors.scorer(query);
            if (accept == null) {
                scanAll(scorer, top);
            } else {
                scanAccepted(scorer, accepts.of(accept), top);
            }
            return KithAnswers.copy(top, ids);
        }

        private void scanAll(Scorer scorer, TopK top) {
            for (int from = 0; from < vectors.count(); from += BLOCK) {
                int n = Math.min(BLOCK, vectors.count() - from);
                scorer.scoreRange(from, n, distances);
                for (int i = 0; i < n; i++) {
                    top.offerKey(TopK.key(distances[i], from + i));
                }
            }
            computed += vectors.count();
        }

        private void scanAccepted(Scorer scorer, AcceptOrdinals accept, TopK top) {
            int from = 0;
            while (true) {
                int n = accept.next(from, ordinals);
                if (n == 0) {
                    return;
                }
                scorer.score(ordinals, n, distances);
                top.offerAll(ordinals, distances, n);
                computed += n;
                from = ordinals[n - 1] + 1;
            }
        }

        @Override
        public long distances() {
            return computed;
        }
    }
}
