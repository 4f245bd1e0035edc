package dev.kith.core;

import java.lang.System.Logger.Level;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.EnumSet;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/// Runs the SIMD kernels that somebody wants on scratch memory until they are compiled, group by group, on a thread of its own that ends when there
/// is nothing left to do. Only what is wanted: on one core the warm-up and its compilations take the time of searches.
///
/// A batch of 64 rows takes milliseconds in the interpreter and a few microseconds once compiled, so the clock tells; a kernel that stays slow is
/// given up after a while, still correct. Thread-safe.
final class KernelWarmUp {
    private static final int ROWS = 64;
    private static final int DIMENSION = 200; // whole blocks and a tail
    private static final long FAST_NANOS = 40_000;
    private static final int FAST_BATCHES = 50;
    private static final long LIMIT_NANOS = 3_000_000_000L;
    /// Pause after a slow batch, in its own time, on one core: there it would keep the compilers and the searches from their work (`bench cold`).
    private static final int PAUSES = 2;
    private static final boolean ONE_CORE = Runtime.getRuntime().availableProcessors() == 1;

    private final VectorKernels.Kind kind;
    /// Read at every query, without a lock.
    private volatile Set<KernelGroup> warm = Set.of();
    private final Set<KernelGroup> wanted = EnumSet.noneOf(KernelGroup.class);
    private final Set<KernelGroup> asked = EnumSet.noneOf(KernelGroup.class);
    private @Nullable Thread thread;

    /// @param kind of the kernels to warm; the scalar ones need it not
    KernelWarmUp(VectorKernels.Kind kind) {
        this.kind = kind;
    }

    /// Whether the group is warm. The first question has it warmed.
    boolean isWarm(KernelGroup group) {
        if (warm.contains(group) || kind == VectorKernels.Kind.SCALAR) {
            return true;
        }
        want(group);
        return false;
    }

    private synchronized void want(KernelGroup group) {
        if (!asked.add(group)) {
            return;
        }
        wanted.add(group);
        if (thread == null) {
            thread = Thread.ofPlatform().daemon().name("kith-warm-up").unstarted(this::work);
            thread.start();
        }
    }

    /// Whether all groups are warm; does not have them warmed.
    boolean allWarm() {
        return kind == VectorKernels.Kind.SCALAR || warm.size() == KernelGroup.values().length;
    }

    /// Has all groups warmed, and waits until they are.
    void awaitAll() throws InterruptedException {
        for (KernelGroup group : KernelGroup.values()) {
            isWarm(group);
        }
        synchronized (this) {
            while (!allWarm()) {
                wait();
            }
        }
    }

    private void work() {
        try {
            warmWanted();
        } finally {
            ended(); // also if there was no memory: groups wanted later get another thread
        }
    }

    private synchronized void ended() {
        if (thread == Thread.currentThread()) {
            thread = null;
        }
    }

    private void warmWanted() {
        KernelGroup next = take();
        while (next != null) {
            try {
                warm(next);
            } catch (RuntimeException | LinkageError e) {
                System.getLogger("dev.kith").log(Level.WARNING, "the SIMD kernels of " + next + " could not be warmed up", e);
            } finally {
                done(next);
            }
            next = take();
        }
    }

    private synchronized @Nullable KernelGroup take() {
        KernelGroup next = wanted.stream().findFirst().orElse(null);
        if (next == null) {
            thread = null;
        } else {
            wanted.remove(next);
        }
        return next;
    }

    private synchronized void done(KernelGroup group) {
        Set<KernelGroup> more = EnumSet.of(group);
        more.addAll(warm);
        warm = more; // never changed again
        notifyAll();
    }

    private void warm(KernelGroup group) {
        try (Arena arena = Arena.ofShared()) {
            MemorySegment rows = arena.allocate(4L * ROWS * DIMENSION, 64);
            VectorEncoding encoding = group.encoding;
            if (encoding != null) {
                DenseVectors vectors = DenseVectors.of(group.metric, encoding, DIMENSION, ROWS,
                        (long) DIMENSION * encoding.bytes(), rows);
                warm(vectors, 0);
                if (encoding == VectorEncoding.INT8) {
                    warm(vectors, 0.5f); // not a whole number, so that floats are summed
                }
            } else {
                warmRotation();
                if (RawMemory.available()) {
                    warmNeighbours(rows);
                    warmNodes(rows);
                }
            }
        }
    }

    private static void warmRotation() {
        RotatedQuery query = new RotatedQuery(Metric.SQUARED_L2, DIMENSION, 1);
        float[] vector = new float[DIMENSION];
        until(() -> {
            for (int i = 0; i < ROWS / 4; i++) {
                query.set(vector, true);
            }
        });
    }

    private void warm(DenseVectors vectors, float component) {
        float[] query = new float[DIMENSION];
        query[0] = component;
        DenseScorer scorer = new DenseScorer(vectors, kind).query(query);
        float[] distances = new float[ROWS];
        until(() -> scorer.scoreRange(0, ROWS, distances));
        int[] some = new int[7]; // four and a rest
        until(() -> {
            for (int i = 0; i < ROWS / some.length; i++) {
                scorer.score(some, some.length, distances);
            }
        });
        int[] one = new int[1];
        until(() -> {
            for (int i = 0; i < ROWS; i++) {
                scorer.score(one, 1, distances);
            }
        });
    }

    private void warmNeighbours(MemorySegment rows) {
        NeighbourCodes codes = new NeighbourCodes(Metric.SQUARED_L2, DIMENSION, 2 * NeighbourCodes.GROUP, 1);
        NeighbourEstimator estimator = codes.estimator();
        float[] query = new float[DIMENSION];
        until(() -> {
            estimator.query(query, true);
            for (int i = 0; i < ROWS / 4; i++) {
                estimator.below(rows, i * codes.rowBytes() / 4 & -64, 0, 1);
            }
        });
    }

    private void warmNodes(MemorySegment rows) {
        RotatedQuery query = new RotatedQuery(Metric.SQUARED_L2, DIMENSION, 1);
        int[] ordinals = new int[ROWS];
        float[] distances = new float[ROWS];
        query.set(new float[DIMENSION], true);
        SignCodes signs = new SignCodes(Metric.SQUARED_L2, DIMENSION, 1);
        SignEstimator signEstimator = signs.estimator();
        for (int bits : new int[]{8, 4}) {
            NodeCodes codes = new NodeCodes(Metric.SQUARED_L2, DIMENSION, bits, 1);
            NodeEstimator estimator = codes.estimator(new float[DIMENSION]);
            until(() -> {
                estimator.query(query);
                estimator.distances(rows, 0, codes.bytes(), ordinals, ROWS, distances);
            });
            until(() -> {
                signEstimator.query(estimator);
                signEstimator.distances(rows, 0, ordinals, ROWS, distances);
            });
        }
    }

    private static void until(Runnable batch) {
        long start = System.nanoTime();
        int fast = 0;
        while (fast < FAST_BATCHES && System.nanoTime() - start < LIMIT_NANOS) {
            long before = System.nanoTime();
            batch.run();
            long took = System.nanoTime() - before;
            if (took < FAST_NANOS) {
                fast++;
            } else {
                fast = 0;
                if (ONE_CORE) {
                    LockSupport.parkNanos(PAUSES * took);
                }
            }
        }
    }
}
