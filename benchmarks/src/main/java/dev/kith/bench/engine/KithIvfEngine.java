package dev.kith.bench.engine;

import dev.kith.bench.data.VectorSet;
import dev.kith.core.AcceptOrdinals;
import dev.kith.core.BuildControl;
import dev.kith.core.DenseVectors;
import dev.kith.core.Metric;
import dev.kith.core.TopK;
import dev.kith.ivfpq.IvfCodec;
import dev.kith.ivfpq.IvfPqIndex;
import dev.kith.ivfpq.IvfPqParameters;
import dev.kith.ivfpq.SearchEffort;
import dev.kith.ivfpq.SearchStats;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Our inverted lists of codes, candidates scored again with the mapped float32 vectors.
final class KithIvfEngine implements Engine {
    private static final String INDEX = "lists.ivf";
    private final boolean product;

    /// @param product 4-bit product codes, a quarter of the components as subspaces; else sign codes
    KithIvfEngine(boolean product) {
        this.product = product;
    }

    @Override
    public String name() {
        return product ? "kith-ivfpq" : "kith-ivf-signs";
    }

    @Override
    public String revision() {
        return CodeFingerprint.of(DenseVectors.class, IvfPqIndex.class);
    }

    @Override
    public String description(BuildParameters parameters) {
        return "Kith inverted lists, " + (product ? "product codes dimension/4 x 4 bits" : "sign codes (RaBitQ)")
                + ", lists by size, float32 rerank";
    }

    @Override
    public boolean supports(Metric metric) {
        return true;
    }

    @Override
    public List<SearchSetting> sweep(int k) {
        return Sweeps.lists(k);
    }

    @Override
    public boolean searchesSetFile() {
        return true;
    }

    private IvfPqParameters parameters(VectorSet set) {
        return product
                ? IvfPqParameters.DEFAULTS
                        .withCodec(new IvfCodec.ProductCodes(Math.max(1, set.dimension() / 4), 4, IvfCodec.Turn.RANDOM))
                : IvfPqParameters.DEFAULTS;
    }

    @Override
    public void build(VectorSet set, BuildParameters parameters, Path folder) throws IOException {
        try (Arena arena = Arena.ofShared(); FileSink sink = new FileSink(folder.resolve(INDEX))) {
            IvfPqIndex.build(set.vectors(arena), parameters(set), BuildControl.NONE).save(sink);
        }
    }

    @Override
    @SuppressWarnings("MustBeClosedChecker") // closed by the opened index
    public OpenedIndex open(VectorSet set, BuildParameters parameters, Path folder) throws IOException {
        Arena arena = Arena.ofShared();
        DenseVectors vectors = set.vectors(arena);
        IvfPqIndex index = IvfPqIndex.open(KithHnswEngine.map(folder.resolve(INDEX), arena));
        return new OpenedIndex() {
            @Override
            public Searcher searcher() {
                return new ListSearcher(index, vectors);
            }

            @Override
            public void close() {
                arena.close();
            }
        };
    }

    private static final class ListSearcher implements Searcher {
        private final IvfPqIndex index;
        private final DenseVectors vectors;
        private final AcceptCache<AcceptOrdinals> accepts = new AcceptCache<>(AcceptSet::ordinals);
        private @Nullable TopK nearest;
        private long scored;

        ListSearcher(IvfPqIndex index, DenseVectors vectors) {
            this.index = index;
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
            SearchStats stats = index.search(query, vectors.scorer(query), SearchEffort.of(setting.effort(), setting.rerank()),
                    accept == null ? null : accepts.of(accept), top);
            scored += stats.codes() + stats.refined() + stats.exact();
            return KithAnswers.copy(top, ids);
        }

        @Override
        public long distances() {
            return scored;
        }
    }
}
