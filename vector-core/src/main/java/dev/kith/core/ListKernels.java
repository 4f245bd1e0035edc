package dev.kith.core;

import org.jspecify.annotations.Nullable;

/// Whether the kernels of inverted lists run as SIMD now. In the interpreter they are thousands of times slower than compiled, and a busy
/// machine compiles late, so that a first search could take seconds: from the first use of an index on, the scalar twins, which give the same
/// bits, run until a thread of its own has made the others compiled. Thread-safe.
public final class ListKernels {
    private static volatile boolean cold;
    private static volatile @Nullable Thread warming;

    private ListKernels() {}

    /// Whether to use SIMD now.
    public static boolean simd() {
        return VectorKernels.simd() && (!cold || Thread.currentThread() == warming);
    }

    /// Has `work` done on a thread of its own, for which [#simd()] is true; for others it is false until the work has ended. The first call
    /// decides; later ones do nothing.
    public static synchronized void warmUp(Runnable work) {
        if (warming != null || !VectorKernels.simd()) {
            return;
        }
        Thread thread = Thread.ofPlatform().daemon().name("kith-warm-lists").unstarted(() -> {
            try {
                work.run();
            } finally {
                cold = false;
            }
        });
        warming = thread;
        cold = true;
        thread.start();
    }

    /// Waits until the kernels are warm, if they are being warmed. For benchmarks; nobody else needs to wait.
    ///
    /// @throws InterruptedException if the waiting thread is interrupted
    public static void awaitWarm() throws InterruptedException {
        Thread thread = warming;
        if (thread != null) {
            thread.join();
        }
    }
}
