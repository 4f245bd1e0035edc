package dev.kith.core;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.Random;

/// Scores with all kinds of kernels until a round allocates nothing, in a JVM of its own: what C2 inlines depends on what it has seen
/// before, and a JVM in which other tests ran kernels cold, at other dimensions, is not what a user has. Part of [ForcedJvmTest].
final class AllocationMain {
    private static final int DIMENSION = 200;
    private static final int ROUNDS = 20_000;

    private AllocationMain() {}

    public static void main(String[] arguments) throws InterruptedException {
        VectorKernels.awaitWarm();
        var threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        Random random = new Random(2);
        int scorers = 0;
        int allocating = 0;
        for (Metric metric : Metric.values()) {
            for (VectorEncoding encoding : VectorEncoding.values()) {
                DenseVectors vectors = KernelAgreementTest.random(metric, encoding, DIMENSION, 0, random);
                for (VectorKernels.Kind kind : KernelAgreementTest.kinds()) {
                    for (boolean whole : new boolean[]{false, true}) {
                        float[] query = whole
                                ? KernelAgreementTest.wholeQuery(DIMENSION, 127, random)
                                : KernelAgreementTest.randomQuery(DIMENSION, random);
                        long least = leastAllocated(new DenseScorer(vectors, kind).query(query), threads);
                        scorers++;
                        if (least > 0) {
                            allocating++;
                            System.out
                                    .println(metric + " " + encoding + " " + kind + " whole " + whole + ": " + least + " bytes");
                        }
                    }
                }
            }
        }
        System.out.println(allocating + " of " + scorers + " scorers allocate");
    }

    /// Bytes of the best round of many. Kernels allocate registers until C2 has compiled them anew for a new metric or kind, which
    /// takes it seconds if it shares a core with the rounds; a kernel that never stops to allocate fails after all of them.
    private static long leastAllocated(Scorer scorer, ThreadMXBean threads) {
        int[] ordinals = new int[KernelAgreementTest.ROWS];
        float[] distances = new float[KernelAgreementTest.ROWS];
        long least = Long.MAX_VALUE;
        for (int round = 0; round < ROUNDS && least > 0; round++) {
            long before = threads.getCurrentThreadAllocatedBytes();
            for (int i = 0; i < 100; i++) {
                scorer.score(ordinals, KernelAgreementTest.ROWS, distances);
                scorer.score(ordinals, 1, distances);
            }
            least = Math.min(least, threads.getCurrentThreadAllocatedBytes() - before);
        }
        return least;
    }
}
