package dev.kith.bench.store;

import dev.kith.bench.engine.VectorStore;
import dev.kith.bench.data.ExactTruth;
import dev.kith.bench.data.VectorSet;
import dev.kith.bench.engine.AcceptSet;
import dev.kith.bench.harness.RecallJudge;
import dev.kith.core.DenseVectors;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.BitSet;

/// Asks a store all queries and judges its answers by the rows that live.
final class StoreProbe {
    static final int K = 10;
    private final VectorSet set;
    private final DenseVectors vectors;
    private final float[][] queries;
    private final int ef;

    StoreProbe(VectorSet set, DenseVectors vectors, float[][] queries, int ef) {
        this.set = set;
        this.vectors = vectors;
        this.queries = queries;
        this.ef = ef;
    }

    /// @param qps queries per CPU second of the asking thread
    record Seen(double recall, double qps, double p50Micros, double p99Micros) {}

    /// One warm pass, then a timed one.
    Seen ask(VectorStore store, BitSet live) throws Exception {
        AcceptSet accept = AcceptSet.of("live", Arrays.copyOf(live.toLongArray(), (set.rows() + 63) >>> 6), set.rows());
        RecallJudge judge = new RecallJudge(vectors, queries, ExactTruth.compute(vectors, queries, K, accept.ordinals()), K);
        int[] ids = new int[K];
        for (float[] query : queries) {
            store.search(query, K, ef, ids);
        }
        int[][] answers = new int[queries.length][];
        long[] nanos = new long[queries.length];
        var threads = ManagementFactory.getThreadMXBean();
        long cpu = threads.getCurrentThreadCpuTime();
        for (int q = 0; q < queries.length; q++) {
            long start = System.nanoTime();
            int n = store.search(queries[q], K, ef, ids);
            nanos[q] = System.nanoTime() - start;
            answers[q] = Arrays.copyOf(ids, n);
        }
        cpu = threads.getCurrentThreadCpuTime() - cpu;
        RecallJudge.Hits hits = new RecallJudge.Hits(0, 0, 0);
        for (int q = 0; q < queries.length; q++) {
            hits = hits.plus(judge.judge(q, answers[q], accept));
        }
        Arrays.sort(nanos);
        return new Seen(hits.recall(), queries.length * 1e9 / cpu, nanos[nanos.length / 2] / 1e3,
                nanos[(int) (nanos.length * 0.99)] / 1e3);
    }
}
