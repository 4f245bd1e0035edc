package dev.kith.core;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// How the components of a vector stand in memory, for each [VectorEncoding], and the one place that knows. All methods are pure and
/// thread-safe.
public final class VectorBytes {
    /// What rounds to infinity: half a step above [VectorEncoding#MAX_FLOAT16].
    private static final float FLOAT16_OVERFLOWS = 65_520;

    private VectorBytes() {}

    /// Copies the row at byte `from` as floats to `target[at ..< at + dimension]`.
    ///
    /// @param rows native or mapped memory: once C2 has seen memory of the heap here, a row of float16 takes 1,500 nanoseconds instead of 30 for
    ///        good, in builds too; arrays have [#floats(VectorEncoding,short[])]
    public static void read(VectorEncoding encoding, MemorySegment rows, long from, float[] target, int at, int dimension) {
        switch (encoding) {
            case FLOAT32 -> MemorySegment.copy(rows, VectorKernels.FLOAT_LE, from, target, at, dimension);
            case INT8 -> {
                for (int i = 0; i < dimension; i++) {
                    target[at + i] = rows.get(ValueLayout.JAVA_BYTE, from + i);
                }
            }
            case BFLOAT16 -> {
                for (int i = 0; i < dimension; i++) {
                    target[at + i] = bfloat16ToFloat(rows.get(VectorKernels.SHORT_LE, from + 2L * i));
                }
            }
            case FLOAT16 -> {
                for (int i = 0; i < dimension; i++) {
                    target[at + i] = Float.float16ToFloat(rows.get(VectorKernels.SHORT_LE, from + 2L * i));
                }
            }
        }
    }

    /// Writes a vector to byte `to`, each component as [#nearest(VectorEncoding,float)] says.
    ///
    /// @throws IllegalArgumentException if a component is no byte where bytes are kept
    public static void write(VectorEncoding encoding, float[] vector, MemorySegment rows, long to) {
        switch (encoding) {
            case FLOAT32 -> MemorySegment.copy(vector, 0, rows, VectorKernels.FLOAT_LE, to, vector.length);
            case INT8 -> {
                for (int i = 0; i < vector.length; i++) {
                    rows.set(ValueLayout.JAVA_BYTE, to + i, (byte) nearest(encoding, vector[i]));
                }
            }
            case BFLOAT16, FLOAT16 -> {
                short[] halves = halves(encoding, vector);
                MemorySegment.copy(halves, 0, rows, VectorKernels.SHORT_LE, to, halves.length);
            }
        }
    }

    /// The components of a vector as [VectorEncoding#BFLOAT16] or [VectorEncoding#FLOAT16] keeps them, in a new array.
    ///
    /// @throws IllegalArgumentException if the encoding is another
    public static short[] halves(VectorEncoding encoding, float[] vector) {
        short[] halves = new short[vector.length];
        switch (encoding) {
            case BFLOAT16 -> {
                for (int i = 0; i < halves.length; i++) {
                    halves[i] = floatToBfloat16(vector[i]);
                }
            }
            case FLOAT16 -> {
                for (int i = 0; i < halves.length; i++) {
                    halves[i] = Float.floatToFloat16(vector[i]);
                }
            }
            case FLOAT32, INT8 -> throw new IllegalArgumentException("no encoding of two bytes: " + encoding);
        }
        return halves;
    }

    /// What [#halves] stand for, in a new array.
    ///
    /// @throws IllegalArgumentException if the encoding is not of two bytes
    public static float[] floats(VectorEncoding encoding, short[] halves) {
        float[] vector = new float[halves.length];
        switch (encoding) {
            case BFLOAT16 -> {
                for (int i = 0; i < halves.length; i++) {
                    vector[i] = bfloat16ToFloat(halves[i]);
                }
            }
            case FLOAT16 -> {
                for (int i = 0; i < halves.length; i++) {
                    vector[i] = Float.float16ToFloat(halves[i]);
                }
            }
            case FLOAT32, INT8 -> throw new IllegalArgumentException("no encoding of two bytes: " + encoding);
        }
        return vector;
    }

    /// What is kept for `x`: the nearest number there is, the even one of two. In FLOAT16, numbers of 65,520 and more become infinite.
    ///
    /// @throws IllegalArgumentException if `x` is no whole number in [-128, 127] and the encoding is INT8
    public static float nearest(VectorEncoding encoding, float x) {
        return switch (encoding) {
            case FLOAT32 -> x;
            case INT8 -> {
                if (x != (byte) x) {
                    throw new IllegalArgumentException("components must be whole numbers in [-128, 127], was " + x);
                }
                yield x;
            }
            case BFLOAT16 -> bfloat16ToFloat(floatToBfloat16(x));
            case FLOAT16 -> Float.float16ToFloat(Float.floatToFloat16(x));
        };
    }

    /// Checks that the nearest numbers of a float vector are finite.
    ///
    /// @throws IllegalArgumentException naming the component that is too large for the encoding
    public static void checkFits(VectorEncoding encoding, float[] vector) {
        if (encoding != VectorEncoding.FLOAT16) {
            return;
        }
        for (int i = 0; i < vector.length; i++) {
            if (Math.abs(vector[i]) >= FLOAT16_OVERFLOWS) {
                throw new IllegalArgumentException("component " + i + " must be at most " + (int) VectorEncoding.MAX_FLOAT16
                        + " to be kept as FLOAT16, was " + vector[i]);
            }
        }
    }

    /// The nearest bfloat16, the even one of two; a finite number stays finite.
    public static short floatToBfloat16(float x) {
        int bits = Float.floatToRawIntBits(x);
        if ((bits & 0x7f800000) == 0x7f800000) { // infinite, or no number, which must not round to infinity
            return (short) (bits >>> 16 | ((bits & 0x7fffff) == 0 ? 0 : 0x40));
        }
        int rounded = bits + 0x7fff + (bits >>> 16 & 1);
        boolean overflows = (rounded & 0x7f800000) == 0x7f800000;
        return (short) ((overflows ? bits : rounded) >>> 16);
    }

    /// What a bfloat16 stands for.
    public static float bfloat16ToFloat(short half) {
        return Float.intBitsToFloat(half << 16);
    }
}
