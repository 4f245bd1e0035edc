package dev.kith.bench.trial;

import dev.kith.bench.data.VectorSet;
import dev.kith.core.BuildControl;
import dev.kith.core.DenseVectors;
import dev.kith.core.Metric;
import dev.kith.core.TopK;
import dev.kith.core.VectorEncoding;
import dev.kith.hnsw.GraphReuse;
import dev.kith.hnsw.HnswIndex;
import dev.kith.hnsw.HnswParameters;
import java.io.IOException;
import java.io.PrintWriter;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// A graph over all rows, built anew and built on a graph that some of the rows have already, as merges do: times by the clock,
/// one thread, and recall at the same effort.
public final class MergeTrial {
    private static final long SEED = 11;
    private static final int K = 10;

    private final VectorSet set;
    private final int ef;
    private final PrintWriter out;

    /// A graph and the seconds it took.
    private record Built(HnswIndex index, double seconds) {}

    /// @param ef candidates of the searches that judge the graphs
    public MergeTrial(VectorSet set, int ef, PrintWriter out) {
        if (ef < K) {
            throw new IllegalArgumentException("ef must be at least " + K + ", was " + ef);
        }
        this.set = set;
        this.ef = ef;
        this.out = out;
    }

    /// Prints a row for each share; the graph built anew is measured again beside each.
    ///
    /// @param shares of the rows that have a graph, each in (0, 1)
    public void run(List<Double> shares) throws IOException {
        for (double share : shares) {
            if (!(share > 0 && share < 1)) {
                throw new IllegalArgumentException("a share must be above 0 and below 1, was " + share);
            }
        }
        try (Arena arena = Arena.ofShared()) {
            DenseVectors vectors = set.vectors(arena);
            build(some(vectors, chosen(vectors.count(), Math.min(1, 20_000.0 / vectors.count())), arena), null); // compiles it
            print("| rows that have a graph | anew, s | on that graph, s | anew / on it | recall@10 anew | on it |");
            print("|---:|---:|---:|---:|---:|---:|");
            for (double share : shares) {
                int[] ordinals = chosen(vectors.count(), share);
                HnswIndex earlier;
                try (Arena part = Arena.ofShared()) {
                    earlier = build(some(vectors, ordinals, part), null).index;
                }
                Built anew = build(vectors, null);
                Built onIt = build(vectors, new GraphReuse(earlier, ordinals));
                print("| %,d of %,d | %.2f | %.2f | %.2f | %.4f | %.4f |", ordinals.length, vectors.count(), anew.seconds,
                        onIt.seconds, anew.seconds / onIt.seconds, recall(anew.index, vectors), recall(onIt.index, vectors));
            }
        }
    }

    private static Built build(DenseVectors vectors, @Nullable GraphReuse reuse) {
        long start = System.nanoTime();
        HnswIndex index = reuse == null
                ? HnswIndex.build(vectors, HnswParameters.DEFAULT, BuildControl.NONE)
                : HnswIndex.build(vectors, HnswParameters.DEFAULT, reuse, BuildControl.NONE);
        return new Built(index, (System.nanoTime() - start) / 1e9);
    }

    /// Ascending ordinals of about a share of the rows, drawn evenly.
    private static int[] chosen(int count, double share) {
        SplittableRandom random = new SplittableRandom(SEED);
        return IntStream.range(0, count).filter(_ -> random.nextDouble() < share).toArray();
    }

    private static DenseVectors some(DenseVectors all, int[] ordinals, Arena arena) {
        long stride = all.strideBytes();
        long rowBytes = 4L * all.dimension();
        MemorySegment rows = arena.allocate(stride * ordinals.length, 64);
        boolean cosine = all.metric() == Metric.COSINE;
        MemorySegment norms = cosine ? arena.allocate(4L * ordinals.length, 64) : MemorySegment.NULL;
        for (int i = 0; i < ordinals.length; i++) {
            MemorySegment.copy(all.rows(), stride * ordinals[i], rows, stride * i, rowBytes);
            if (cosine) {
                norms.setAtIndex(ValueLayout.JAVA_FLOAT, i, all.inverseNorms().getAtIndex(ValueLayout.JAVA_FLOAT, ordinals[i]));
            }
        }
        return new DenseVectors(all.metric(), VectorEncoding.FLOAT32, all.dimension(), ordinals.length, stride, rows, norms);
    }

    /// By the ids of the exact neighbours.
    private double recall(HnswIndex index, DenseVectors vectors) throws IOException {
        float[][] queries = set.queries();
        int[][] truth = set.truth();
        TopK top = new TopK(K);
        long hits = 0;
        for (int q = 0; q < queries.length; q++) {
            top.clear();
            index.search(vectors.scorer(queries[q]), K, ef, null, top);
            for (long key : top.toSortedKeys()) {
                hits += IntStream.of(truth[q]).limit(K).anyMatch(t -> t == TopK.ordinal(key)) ? 1 : 0;
            }
        }
        return hits / (double) (K * queries.length);
    }

    private void print(String format, Object... values) {
        out.println(String.format(Locale.ROOT, format, values));
        out.flush();
    }
}
