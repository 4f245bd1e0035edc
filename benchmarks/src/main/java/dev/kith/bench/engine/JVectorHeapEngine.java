package dev.kith.bench.engine;

import dev.kith.bench.data.VectorSet;
import dev.kith.core.Metric;
import io.github.jbellis.jvector.disk.RandomAccessReader;
import io.github.jbellis.jvector.disk.ReaderSupplier;
import io.github.jbellis.jvector.disk.ReaderSupplierFactory;
import io.github.jbellis.jvector.graph.GraphSearcher;
import io.github.jbellis.jvector.graph.OnHeapGraphIndex;
import io.github.jbellis.jvector.graph.RandomAccessVectorValues;
import io.github.jbellis.jvector.graph.SearchResult;
import io.github.jbellis.jvector.graph.diversity.VamanaDiversityProvider;
import io.github.jbellis.jvector.graph.similarity.BuildScoreProvider;
import io.github.jbellis.jvector.graph.similarity.DefaultSearchScoreProvider;
import io.github.jbellis.jvector.vector.VectorSimilarityFunction;
import java.io.BufferedOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// JVector with graph and float32 vectors on the heap, by either of its kernel sets.
final class JVectorHeapEngine implements Engine {
    private static final String GRAPH = "graph.jvector";
    private final boolean panama;

    /// @param panama kernels written in Java; else the native library that JVector picks by itself where it can
    JVectorHeapEngine(boolean panama) {
        this.panama = panama;
    }

    @Override
    public String name() {
        return panama ? "jvector" : "jvector-native";
    }

    @Override
    public String description(BuildParameters parameters) {
        return "JVector 4.0.2, heap, float32, " + (panama ? "Panama" : "native") + " provider, maxDegree=" + 2 * parameters.m()
                + ", beamWidth=" + parameters.efConstruction() + ", hierarchy, refined";
    }

    @Override
    public String indexName() {
        return "jvector";
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
        return panama ? List.of("-Djvector.vectorization_provider=panama") : List.of();
    }

    @Override
    public void build(VectorSet set, BuildParameters parameters, Path folder) throws IOException {
        RandomAccessVectorValues values = JVectorData.values(set);
        OnHeapGraphIndex graph = (OnHeapGraphIndex) JVectorGraphs.build(set, values, parameters);
        try (DataOutputStream out = new DataOutputStream(
                new BufferedOutputStream(Files.newOutputStream(folder.resolve(GRAPH)), 1 << 20))) {
            graph.save(out);
        }
    }

    @Override
    public OpenedIndex open(VectorSet set, BuildParameters parameters, Path folder) throws IOException {
        RandomAccessVectorValues values = JVectorData.values(set);
        VectorSimilarityFunction similarity = JVectorData.similarity(set.metric());
        BuildScoreProvider scores = BuildScoreProvider.randomAccessScoreProvider(values, similarity);
        OnHeapGraphIndex graph;
        try (ReaderSupplier supplier = ReaderSupplierFactory.open(folder.resolve(GRAPH));
                RandomAccessReader reader = supplier.get()) {
            graph = OnHeapGraphIndex.load(reader, set.dimension(), JVectorGraphs.OVERFLOW,
                    new VamanaDiversityProvider(scores, JVectorGraphs.ALPHA));
        }
        return new OpenedIndex() {
            @Override
            public Searcher searcher() {
                return new HeapSearcher(new GraphSearcher(graph), values, similarity);
            }

            @Override
            public void close() {
                graph.close();
            }
        };
    }

    private static final class HeapSearcher implements Searcher {
        private final GraphSearcher searcher;
        private final RandomAccessVectorValues values;
        private final VectorSimilarityFunction similarity;
        private long visited;

        HeapSearcher(GraphSearcher searcher, RandomAccessVectorValues values, VectorSimilarityFunction similarity) {
            this.searcher = searcher;
            this.values = values;
            this.similarity = similarity;
        }

        @Override
        public int search(float[] query, int k, SearchSetting setting, @Nullable AcceptSet accept, int[] ids) {
            SearchResult found = searcher.search(
                    DefaultSearchScoreProvider.exact(JVectorData.vector(query), similarity, values), k, setting.effort(), 0f, 0f,
                    JVectorData.bits(accept));
            visited += found.getVisitedCount();
            return JVectorHeapEngine.copy(found, k, ids);
        }

        @Override
        public long distances() {
            return visited;
        }
    }

    static int copy(SearchResult found, int k, int[] ids) {
        SearchResult.NodeScore[] nodes = found.getNodes();
        int n = Math.min(k, nodes.length);
        for (int i = 0; i < n; i++) {
            ids[i] = nodes[i].node;
        }
        return n;
    }
}
