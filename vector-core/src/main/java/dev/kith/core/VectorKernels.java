package dev.kith.core;

import java.lang.System.Logger.Level;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;

/// Which kernels this JVM runs, chosen once: SIMD where `jdk.incubator.vector` is readable and the JVM compiles it well, else
/// the scalar twins. All kinds give the same distances to the last bit.
///
/// Vector-API code is up to a thousand times slower until the JVM has compiled it, so that a background thread first runs
/// each kernel that is wanted until it is fast; searches that begin before use the scalar twins.
///
/// A JVM started without the module gets correct results from the scalar kernels and one line on the log that says what to
/// add; never an error.
public final class VectorKernels {
    static final ValueLayout.OfFloat FLOAT_LE = ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    static final ValueLayout.OfShort SHORT_LE = ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    static final ValueLayout.OfInt INT_LE = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    /// The flag a JVM needs for the SIMD kernels.
    public static final String FLAG = "--add-modules jdk.incubator.vector";

    /// The kinds of kernels.
    enum Kind {
        /// Plain Java.
        SCALAR,
        /// SIMD of any width, every access checked.
        CHECKED,
        /// SIMD of any width by address, each row checked once.
        RAW
    }

    private static final Kind BEST = detect();
    private static final KernelWarmUp WARM_UP = new KernelWarmUp(BEST);

    private VectorKernels() {}

    /// Whether the SIMD kernels run, or will once they are warm.
    public static boolean simd() {
        return BEST != Kind.SCALAR;
    }

    /// The best kind of kernels for this JVM.
    static Kind best() {
        return BEST;
    }

    /// The kind to use now whatever is asked: the scalar one until all kernels are warm.
    static Kind current() {
        return WARM_UP.allWarm() ? BEST : Kind.SCALAR;
    }

    /// The kind to use now for these kernels, which become warm soon after the first who asks.
    static Kind current(KernelGroup group) {
        return WARM_UP.isWarm(group) ? BEST : Kind.SCALAR;
    }

    /// Has all kernels warmed, whether or not anybody wants them, and waits for it, one to three seconds where it was not done before. For benchmarks
    /// and tests; nobody else needs to wait.
    ///
    /// @throws InterruptedException if the waiting thread is interrupted
    public static void awaitWarm() throws InterruptedException {
        WARM_UP.awaitAll();
    }

    /// Has the kernels of these vectors warmed and waits for it, some tenths of a second and at most one where it was not done before: for long work, which would
    /// take longer to do that part of itself with the scalar kernels. An interrupt ends the wait and is kept.
    public static void awaitWarm(DenseVectors vectors) {
        try {
            WARM_UP.await(KernelGroup.of(vectors));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static Kind detect() {
        if (ModuleLayer.boot().findModule("jdk.incubator.vector").isEmpty()) {
            warn("several times slower than SIMD: start the JVM with " + FLAG, null);
            return Kind.SCALAR;
        }
        if (!compilesVectors()) {
            warn("this JVM runs without the C2 compiler, which the Vector API needs", null);
            return Kind.SCALAR;
        }
        try {
            int bits = SimdFloats.bits();
            if (bits < 128) {
                warn("vector registers have " + bits + " bits, SIMD needs 128", null);
                return Kind.SCALAR;
            }
            return RawMemory.available() ? Kind.RAW : Kind.CHECKED;
        } catch (LinkageError e) {
            warn("the Vector API cannot be loaded", e);
            return Kind.SCALAR;
        }
    }

    /// Loggers take tens of milliseconds to set up, at every start: only who has to warn pays for them.
    private static void warn(String why, @Nullable Throwable thrown) {
        System.getLogger("dev.kith").log(Level.WARNING, "Kith runs its scalar kernels: " + why, thrown);
    }

    /// The Vector API is fast only when C2 compiles it; in the interpreter and under C1 it is a thousand times slower than
    /// plain code. HotSpot says `interpreted mode` or `emulated-client` when it runs without C2.
    private static boolean compilesVectors() {
        String mode = System.getProperty("java.vm.info", "");
        return !mode.contains("interpreted") && !mode.contains("emulated-client");
    }

    static Scorer scorer(DenseVectors vectors, float[] query) {
        return DenseScorer.warming(vectors).query(query);
    }

    static PairScorer pairScorer(DenseVectors vectors) {
        return DenseScorer.warming(vectors);
    }
}
