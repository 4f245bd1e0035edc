package dev.kith.bench.engine;

import dev.kith.bench.data.VectorSet;
import io.github.jbellis.jvector.graph.GraphIndexBuilder;
import io.github.jbellis.jvector.graph.ImmutableGraphIndex;
import io.github.jbellis.jvector.graph.RandomAccessVectorValues;
import io.github.jbellis.jvector.graph.similarity.BuildScoreProvider;
import java.io.IOException;
import java.util.concurrent.ForkJoinPool;

/// JVector's graph in the configuration its documentation recommends: overflow and alpha 1.2, hierarchy on, final graph
/// refined. Its `M` is the largest degree, so it is given the `2 * m` that level 0 of an HNSW graph holds.
final class JVectorGraphs {
    static final float OVERFLOW = 1.2f;
    static final float ALPHA = 1.2f;

    private JVectorGraphs() {}

    static ImmutableGraphIndex build(VectorSet set, RandomAccessVectorValues values, BuildParameters parameters)
            throws IOException {
        BuildScoreProvider scores = BuildScoreProvider.randomAccessScoreProvider(values, JVectorData.similarity(set.metric()));
        ForkJoinPool pool = new ForkJoinPool(parameters.threads());
        try (GraphIndexBuilder builder = new GraphIndexBuilder(scores, set.dimension(), 2 * parameters.m(),
                parameters.efConstruction(), OVERFLOW, ALPHA, true, true, pool, pool)) {
            return builder.build(values);
        } finally {
            pool.shutdown();
        }
    }
}
