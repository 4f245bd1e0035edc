package dev.kith.bench.engine;

import dev.kith.bench.data.VectorSet;
import dev.kith.core.Metric;
import io.github.jbellis.jvector.disk.RandomAccessReader;
import io.github.jbellis.jvector.disk.ReaderSupplier;
import io.github.jbellis.jvector.disk.ReaderSupplierFactory;
import io.github.jbellis.jvector.disk.SimpleWriter;
import io.github.jbellis.jvector.graph.GraphSearcher;
import io.github.jbellis.jvector.graph.ImmutableGraphIndex;
import io.github.jbellis.jvector.graph.RandomAccessVectorValues;
import io.github.jbellis.jvector.graph.SearchResult;
import io.github.jbellis.jvector.graph.disk.OnDiskGraphIndex;
import io.github.jbellis.jvector.graph.disk.OnDiskGraphIndexWriter;
import io.github.jbellis.jvector.graph.disk.feature.Feature;
import io.github.jbellis.jvector.graph.disk.feature.FeatureId;
import io.github.jbellis.jvector.graph.disk.feature.FusedPQ;
import io.github.jbellis.jvector.graph.disk.feature.InlineVectors;
import io.github.jbellis.jvector.graph.similarity.DefaultSearchScoreProvider;
import io.github.jbellis.jvector.graph.similarity.ScoreFunction.ApproximateScoreFunction;
import io.github.jbellis.jvector.quantization.PQVectors;
import io.github.jbellis.jvector.quantization.ProductQuantization;
import io.github.jbellis.jvector.vector.VectorSimilarityFunction;
import io.github.jbellis.jvector.vector.types.VectorFloat;
import java.io.IOException;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ForkJoinPool;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/// JVector's index on disk: graph and float32 vectors mapped, the walk on PQ codes (an eighth of the components as subspaces,
/// 256 centroids each), all candidates scored again with float32. Codes are either in memory beside the graph, or fused:
/// each node carries those of its neighbours.
final class JVectorDiskEngine implements Engine {
    private static final String GRAPH = "graph.jvector";
    private static final String CODES = "codes.pq";
    private static final int CENTROIDS = 256;
    private final boolean fused;

    JVectorDiskEngine(boolean fused) {
        this.fused = fused;
    }

    @Override
    public String name() {
        return fused ? "jvector-fusedpq" : "jvector-pq";
    }

    @Override
    public String description(BuildParameters parameters) {
        return "JVector 4.0.2, disk, " + (fused ? "fused PQ" : "PQ in memory")
                + " dimension/8 x 256, float32 rerank, Panama provider, "
                + "maxDegree=" + 2 * parameters.m() + ", beamWidth=" + parameters.efConstruction();
    }

    @Override
    public String revision() {
        return "JVector 4.0.2";
    }

    @Override
    public boolean supports(Metric metric) {
        return metric != Metric.INNER_PRODUCT;
    }

    @Override
    public List<SearchSetting> sweep(int k) {
        return Sweeps.ef(k);
    }

    @Override
    public List<String> jvmOptions() {
        return List.of("-Djvector.vectorization_provider=panama");
    }

    @Override
    public void build(VectorSet set, BuildParameters parameters, Path folder) throws IOException {
        RandomAccessVectorValues values = JVectorData.values(set);
        ForkJoinPool pool = new ForkJoinPool(parameters.threads());
        try (ImmutableGraphIndex graph = JVectorGraphs.build(set, values, parameters)) {
            ProductQuantization pq = ProductQuantization.compute(values, Math.max(1, set.dimension() / 8), CENTROIDS,
                    set.metric() == Metric.SQUARED_L2, -1f, pool, pool);
            PQVectors codes = pq.encodeAll(values, pool);
            write(graph, values, codes, folder);
            if (!fused) {
                try (SimpleWriter writer = new SimpleWriter(folder.resolve(CODES))) {
                    codes.write(writer);
                }
            }
        } finally {
            pool.shutdown();
        }
    }

    private void write(ImmutableGraphIndex graph, RandomAccessVectorValues values, PQVectors codes, Path folder)
            throws IOException {
        var builder = new OnDiskGraphIndexWriter.Builder(graph, folder.resolve(GRAPH))
                .with(new InlineVectors(values.dimension()));
        if (fused) {
            builder.with(new FusedPQ(graph.maxDegree(), codes.getCompressor()));
        }
        try (OnDiskGraphIndexWriter writer = (OnDiskGraphIndexWriter) builder.build(); var view = graph.getView()) {
            Map<FeatureId, IntFunction<Feature.State>> states = new EnumMap<>(FeatureId.class);
            states.put(FeatureId.INLINE_VECTORS, node -> new InlineVectors.State(values.getVector(node)));
            if (fused) {
                states.put(FeatureId.FUSED_PQ, node -> new FusedPQ.State(view, codes, node));
            }
            writer.write(states);
        }
    }

    @Override
    @SuppressWarnings("MustBeClosedChecker") // closed by the opened index
    public OpenedIndex open(VectorSet set, BuildParameters parameters, Path folder) throws IOException {
        ReaderSupplier supplier = ReaderSupplierFactory.open(folder.resolve(GRAPH));
        OnDiskGraphIndex graph = OnDiskGraphIndex.load(supplier);
        PQVectors codes = fused ? null : codes(folder.resolve(CODES));
        VectorSimilarityFunction similarity = JVectorData.similarity(set.metric());
        return new OpenedIndex() {
            @Override
            public Searcher searcher() {
                return new DiskSearcher(new GraphSearcher(graph), codes, similarity);
            }

            @Override
            public void close() throws IOException {
                graph.close();
                supplier.close();
            }
        };
    }

    private static PQVectors codes(Path file) throws IOException {
        try (ReaderSupplier supplier = ReaderSupplierFactory.open(file); RandomAccessReader reader = supplier.get()) {
            return PQVectors.load(reader);
        }
    }

    private static final class DiskSearcher implements Searcher {
        private final GraphSearcher searcher;
        private final @Nullable PQVectors codes;
        private final VectorSimilarityFunction similarity;
        private long visited;

        DiskSearcher(GraphSearcher searcher, @Nullable PQVectors codes, VectorSimilarityFunction similarity) {
            this.searcher = searcher;
            this.codes = codes;
            this.similarity = similarity;
        }

        @Override
        public int search(float[] query, int k, SearchSetting setting, @Nullable AcceptSet accept, int[] ids) {
            VectorFloat<?> vector = JVectorData.vector(query);
            var view = (OnDiskGraphIndex.View) searcher.getView();
            ApproximateScoreFunction approximate = codes != null
                    ? codes.precomputedScoreFunctionFor(vector, similarity)
                    : view.approximateScoreFunctionFor(vector, similarity);
            SearchResult found = searcher.search(
                    new DefaultSearchScoreProvider(approximate, view.rerankerFor(vector, similarity)), k, setting.effort(), 0f,
                    0f,
                    JVectorData.bits(accept));
            visited += found.getVisitedCount() + found.getRerankedCount();
            return JVectorHeapEngine.copy(found, k, ids);
        }

        @Override
        public long distances() {
            return visited;
        }
    }
}
