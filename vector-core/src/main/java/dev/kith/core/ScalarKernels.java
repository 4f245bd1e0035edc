package dev.kith.core;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// The scalar twins: written first, simplest, and the judges of the SIMD kernels. Eight accumulators, because C2 does not
/// vectorize a floating-point reduction.
final class ScalarKernels {
    private ScalarKernels() {}

    static float dot(float[] query, MemorySegment rows, long offset) {
        float a = 0;
        float b = 0;
        float c = 0;
        float d = 0;
        int i = 0;
        for (; i + 3 < query.length; i += 4) {
            long at = offset + 4L * i;
            a = Math.fma(query[i], rows.get(VectorKernels.FLOAT_LE, at), a);
            b = Math.fma(query[i + 1], rows.get(VectorKernels.FLOAT_LE, at + 4), b);
            c = Math.fma(query[i + 2], rows.get(VectorKernels.FLOAT_LE, at + 8), c);
            d = Math.fma(query[i + 3], rows.get(VectorKernels.FLOAT_LE, at + 12), d);
        }
        for (; i < query.length; i++) {
            a = Math.fma(query[i], rows.get(VectorKernels.FLOAT_LE, offset + 4L * i), a);
        }
        return (a + b) + (c + d);
    }

    static float squaredL2(float[] query, MemorySegment rows, long offset) {
        float a = 0;
        float b = 0;
        int i = 0;
        for (; i + 1 < query.length; i += 2) {
            float x = query[i] - rows.get(VectorKernels.FLOAT_LE, offset + 4L * i);
            float y = query[i + 1] - rows.get(VectorKernels.FLOAT_LE, offset + 4L * i + 4);
            a = Math.fma(x, x, a);
            b = Math.fma(y, y, b);
        }
        if (i < query.length) {
            float x = query[i] - rows.get(VectorKernels.FLOAT_LE, offset + 4L * i);
            a = Math.fma(x, x, a);
        }
        return a + b;
    }

    static float dotBytes(float[] query, MemorySegment rows, long offset) {
        float a = 0;
        for (int i = 0; i < query.length; i++) {
            a = Math.fma(query[i], rows.get(ValueLayout.JAVA_BYTE, offset + i), a);
        }
        return a;
    }

    static float squaredL2Bytes(float[] query, MemorySegment rows, long offset) {
        float a = 0;
        for (int i = 0; i < query.length; i++) {
            float x = query[i] - rows.get(ValueLayout.JAVA_BYTE, offset + i);
            a = Math.fma(x, x, a);
        }
        return a;
    }

    /// `1 / |query|`, the sum taken in double.
    static float inverseNorm(float[] query) {
        double s = 0;
        for (float x : query) {
            s += (double) x * x;
        }
        return (float) (1 / Math.sqrt(s));
    }
}
