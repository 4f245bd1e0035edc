package dev.kith.core;

import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/// Drills that are done before long work begins, once in the life of a JVM: for builds, which have no scalar twin to begin with and for which a
/// tenth of a second is nothing. Searches, which would have to wait, have their kernels warmed beside them. Thread-safe.
public final class DrillOnce {
    /// Multiply-adds for which drills are not worth it: that many take some tenths of a second while a kernel is not compiled.
    private static final double LITTLE = 1e8;
    /// A build that is cancelled stops within two seconds.
    private static final long LIMIT_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final Supplier<List<KernelDrill>> drills;
    private volatile boolean done;

    /// @param drills asked for once, where there is SIMD
    public DrillOnce(Supplier<List<KernelDrill>> drills) {
        this.drills = drills;
        this.done = !VectorKernels.simd();
    }

    /// Returns when the kernels are compiled, or at once if that was done before or is not worth it.
    ///
    /// @param multiplyAdds that will be done with them
    public void before(double multiplyAdds) {
        if (!done && multiplyAdds > LITTLE) {
            runOnce();
        }
    }

    private synchronized void runOnce() {
        if (!done) {
            KernelDrill.run(drills.get(), LIMIT_NANOS);
            done = true;
        }
    }
}
