package dev.kith.gpu;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// Writes float32 operands into pinned memory in the format the device multiplies.
final class Operands {
    private static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT_UNALIGNED;
    private static final ValueLayout.OfShort SHORT = ValueLayout.JAVA_SHORT_UNALIGNED;
    private static final int CHUNK = 1024;

    private Operands() {}

    /// Writes `count` values from `values[0]` on to byte `offset` of `target`.
    static void write(GpuPrecision precision, float[] values, int count, MemorySegment target, long offset) {
        switch (precision) {
            case FLOAT32, TF32 -> MemorySegment.copy(values, 0, target, FLOAT, offset, count);
            case FLOAT16, BFLOAT16 -> {
                short[] chunk = new short[CHUNK];
                for (int from = 0; from < count; from += CHUNK) {
                    int n = Math.min(CHUNK, count - from);
                    if (precision == GpuPrecision.FLOAT16) {
                        toHalf(values, from, n, chunk);
                    } else {
                        toBfloat(values, from, n, chunk);
                    }
                    MemorySegment.copy(chunk, 0, target, SHORT, offset + 2L * from, n);
                }
            }
        }
    }

    private static void toHalf(float[] values, int from, int count, short[] target) {
        for (int i = 0; i < count; i++) {
            target[i] = Float.floatToFloat16(values[from + i]);
        }
    }

    /// Rounds to nearest, ties to even; what is not a number stays so.
    private static void toBfloat(float[] values, int from, int count, short[] target) {
        for (int i = 0; i < count; i++) {
            int bits = Float.floatToRawIntBits(values[from + i]);
            int rounded = bits + 0x7fff + (bits >>> 16 & 1);
            target[i] = (short) ((Float.isNaN(values[from + i]) ? 0x7fc00000 : rounded) >>> 16);
        }
    }
}
