package dev.kith.core;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/// Which kernels this JVM runs, chosen once: SIMD where `jdk.incubator.vector` is readable, else the scalar twins.
///
/// A JVM started without the module gets correct results from the scalar kernels and one line on the log that says what to
/// add; never an error.
public final class VectorKernels {
    static final ValueLayout.OfFloat FLOAT_LE = ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    /// The flag a JVM needs for the SIMD kernels.
    public static final String FLAG = "--add-modules jdk.incubator.vector";

    private static final boolean SIMD = detect();

    private VectorKernels() {}

    /// Whether the SIMD kernels run.
    public static boolean simd() {
        return SIMD;
    }

    private static boolean detect() {
        Logger log = System.getLogger("dev.kith");
        if (ModuleLayer.boot().findModule("jdk.incubator.vector").isEmpty()) {
            log.log(Level.WARNING, "Kith runs its scalar kernels, several times slower than SIMD: start the JVM with " + FLAG);
            return false;
        }
        return true;
    }

    static Scorer scorer(DenseVectors vectors, float[] query) {
        return SIMD ? new SimdScorer(vectors, query) : new ScalarScorer(vectors, query);
    }
}
