package dev.kith.core;

import static java.nio.ByteOrder.LITTLE_ENDIAN;
import static java.util.Objects.requireNonNull;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;

/// Writes rows of bytes and halves as floats to an array from `at` on, for any vector width of 128 bits or more and at least [QueryBlock#LANES] components; what follows a whole number
/// of registers is done by a register that overlaps the one before. No register lives longer than a turn of a loop, so that C2 has no reason to put
/// one on the heap; kernels that decoded as they summed did so on 256 and 128 bits. Loaded only where `jdk.incubator.vector` is present.
final class SimdDecoder {
    private static final VectorSpecies<Float> S = SimdFloats.S;
    private static final int N = S.length();
    private static final VectorSpecies<Integer> WORDS = VectorSpecies.of(int.class, S.vectorShape());
    private static final VectorSpecies<Short> HALVES = VectorSpecies.of(short.class,
            VectorShape.forBitSize(S.vectorBitSize() / 2));
    /// Sixteen bytes, or eight of which four may be left: there is no register of four.
    private static final VectorSpecies<Byte> BYTES = N == QueryBlock.LANES ? ByteVector.SPECIES_128 : ByteVector.SPECIES_64;
    /// Brings exponent and fraction of a float16, its sign extended, to their places in a float32.
    static final int HALF_SHIFT = 13;
    /// Clears what the shift left of the sign below the sign.
    static final int HALF_MASK = 0x8fffffff;
    /// The difference of the exponents' biases; exact, for subnormal numbers too.
    static final float HALF_SCALE = 0x1p112f;

    /// Loads by address need no checks in the loops; those before them stay.
    private static final boolean BY_ADDRESS = RawMemory.available();

    private SimdDecoder() {}

    private static MemorySegment source(MemorySegment rows) {
        return BY_ADDRESS ? requireNonNull(RawMemory.ALL) : rows;
    }

    private static long start(MemorySegment rows, long offset) {
        return BY_ADDRESS ? rows.address() + offset & RawMemory.MASK : offset;
    }

    /// Four registers a turn. In some processes a row takes two or three times as long as in others; why is not known.
    static void bytes(MemorySegment rows, long offset, int dimension, float[] to, int at) {
        FaultGuard.check(rows, offset, offset + dimension - 1);
        if (dimension == 0) {
            for (int turn = 0; turn < KernelDrill.TURNS; turn++) {
                // counted by the JVM
            }
            return;
        }
        MemorySegment from = source(rows);
        long start = start(rows, offset);
        int last = dimension - BYTES.length();
        int i = 0;
        for (; i <= last - 3 * N; i += 4 * N) {
            ByteVector x = ByteVector.fromMemorySegment(BYTES, from, start + i, LITTLE_ENDIAN);
            ((FloatVector) x.convertShape(VectorOperators.B2F, S, 0)).intoArray(to, at + i);
            x = ByteVector.fromMemorySegment(BYTES, from, start + i + 1 * N, LITTLE_ENDIAN);
            ((FloatVector) x.convertShape(VectorOperators.B2F, S, 0)).intoArray(to, at + i + 1 * N);
            x = ByteVector.fromMemorySegment(BYTES, from, start + i + 2 * N, LITTLE_ENDIAN);
            ((FloatVector) x.convertShape(VectorOperators.B2F, S, 0)).intoArray(to, at + i + 2 * N);
            x = ByteVector.fromMemorySegment(BYTES, from, start + i + 3 * N, LITTLE_ENDIAN);
            ((FloatVector) x.convertShape(VectorOperators.B2F, S, 0)).intoArray(to, at + i + 3 * N);
        }
        for (; i <= last; i += N) {
            ByteVector x = ByteVector.fromMemorySegment(BYTES, from, start + i, LITTLE_ENDIAN);
            ((FloatVector) x.convertShape(VectorOperators.B2F, S, 0)).intoArray(to, at + i);
        }
        if (N == 4) {
            for (; i < dimension; i++) {
                to[at + i] = rows.get(ValueLayout.JAVA_BYTE, offset + i);
            }
        } else if (i < dimension) {
            ByteVector x = ByteVector.fromMemorySegment(BYTES, from, start + last, LITTLE_ENDIAN);
            ((FloatVector) x.convertShape(VectorOperators.B2F, S, 0)).intoArray(to, at + last);
        }
    }

    static void bfloat16(MemorySegment rows, long offset, int dimension, float[] to, int at) {
        FaultGuard.check(rows, offset, offset + 2L * dimension - 1);
        if (dimension == 0) {
            for (int turn = 0; turn < KernelDrill.TURNS; turn++) {
                // counted by the JVM
            }
            return;
        }
        MemorySegment from = source(rows);
        long start = start(rows, offset);
        int last = dimension - N;
        int i = 0;
        for (; i <= last - 3 * N; i += 4 * N) {
            ShortVector x = ShortVector.fromMemorySegment(HALVES, from, start + 2L * i, LITTLE_ENDIAN);
            ((IntVector) x.convertShape(VectorOperators.ZERO_EXTEND_S2I, WORDS, 0)).lanewise(VectorOperators.LSHL, 16)
                    .reinterpretAsFloats()
                    .intoArray(to, at + i);
            x = ShortVector.fromMemorySegment(HALVES, from, start + 2L * (i + 1 * N), LITTLE_ENDIAN);
            ((IntVector) x.convertShape(VectorOperators.ZERO_EXTEND_S2I, WORDS, 0)).lanewise(VectorOperators.LSHL, 16)
                    .reinterpretAsFloats()
                    .intoArray(to, at + i + 1 * N);
            x = ShortVector.fromMemorySegment(HALVES, from, start + 2L * (i + 2 * N), LITTLE_ENDIAN);
            ((IntVector) x.convertShape(VectorOperators.ZERO_EXTEND_S2I, WORDS, 0)).lanewise(VectorOperators.LSHL, 16)
                    .reinterpretAsFloats()
                    .intoArray(to, at + i + 2 * N);
            x = ShortVector.fromMemorySegment(HALVES, from, start + 2L * (i + 3 * N), LITTLE_ENDIAN);
            ((IntVector) x.convertShape(VectorOperators.ZERO_EXTEND_S2I, WORDS, 0)).lanewise(VectorOperators.LSHL, 16)
                    .reinterpretAsFloats()
                    .intoArray(to, at + i + 3 * N);
        }
        for (; i <= last; i += N) {
            ShortVector x = ShortVector.fromMemorySegment(HALVES, from, start + 2L * i, LITTLE_ENDIAN);
            ((IntVector) x.convertShape(VectorOperators.ZERO_EXTEND_S2I, WORDS, 0)).lanewise(VectorOperators.LSHL, 16)
                    .reinterpretAsFloats()
                    .intoArray(to, at + i);
        }
        ShortVector x = ShortVector.fromMemorySegment(HALVES, from, start + 2L * last, LITTLE_ENDIAN);
        ((IntVector) x.convertShape(VectorOperators.ZERO_EXTEND_S2I, WORDS, 0)).lanewise(VectorOperators.LSHL, 16)
                .reinterpretAsFloats()
                .intoArray(to, at + last);
    }

    static void float16(MemorySegment rows, long offset, int dimension, float[] to, int at) {
        FaultGuard.check(rows, offset, offset + 2L * dimension - 1);
        if (dimension == 0) {
            for (int turn = 0; turn < KernelDrill.TURNS; turn++) {
                // counted by the JVM
            }
            return;
        }
        MemorySegment from = source(rows);
        long start = start(rows, offset);
        int last = dimension - N;
        int i = 0;
        for (; i <= last - 3 * N; i += 4 * N) {
            ShortVector x = ShortVector.fromMemorySegment(HALVES, from, start + 2L * i, LITTLE_ENDIAN);
            ((IntVector) x.convertShape(VectorOperators.S2I, WORDS, 0)).lanewise(VectorOperators.LSHL, HALF_SHIFT)
                    .and(HALF_MASK)
                    .reinterpretAsFloats()
                    .mul(HALF_SCALE)
                    .intoArray(to, at + i);
            x = ShortVector.fromMemorySegment(HALVES, from, start + 2L * (i + 1 * N), LITTLE_ENDIAN);
            ((IntVector) x.convertShape(VectorOperators.S2I, WORDS, 0)).lanewise(VectorOperators.LSHL, HALF_SHIFT)
                    .and(HALF_MASK)
                    .reinterpretAsFloats()
                    .mul(HALF_SCALE)
                    .intoArray(to, at + i + 1 * N);
            x = ShortVector.fromMemorySegment(HALVES, from, start + 2L * (i + 2 * N), LITTLE_ENDIAN);
            ((IntVector) x.convertShape(VectorOperators.S2I, WORDS, 0)).lanewise(VectorOperators.LSHL, HALF_SHIFT)
                    .and(HALF_MASK)
                    .reinterpretAsFloats()
                    .mul(HALF_SCALE)
                    .intoArray(to, at + i + 2 * N);
            x = ShortVector.fromMemorySegment(HALVES, from, start + 2L * (i + 3 * N), LITTLE_ENDIAN);
            ((IntVector) x.convertShape(VectorOperators.S2I, WORDS, 0)).lanewise(VectorOperators.LSHL, HALF_SHIFT)
                    .and(HALF_MASK)
                    .reinterpretAsFloats()
                    .mul(HALF_SCALE)
                    .intoArray(to, at + i + 3 * N);
        }
        for (; i <= last; i += N) {
            ShortVector x = ShortVector.fromMemorySegment(HALVES, from, start + 2L * i, LITTLE_ENDIAN);
            ((IntVector) x.convertShape(VectorOperators.S2I, WORDS, 0)).lanewise(VectorOperators.LSHL, HALF_SHIFT)
                    .and(HALF_MASK)
                    .reinterpretAsFloats()
                    .mul(HALF_SCALE)
                    .intoArray(to, at + i);
        }
        ShortVector x = ShortVector.fromMemorySegment(HALVES, from, start + 2L * last, LITTLE_ENDIAN);
        ((IntVector) x.convertShape(VectorOperators.S2I, WORDS, 0)).lanewise(VectorOperators.LSHL, HALF_SHIFT)
                .and(HALF_MASK)
                .reinterpretAsFloats()
                .mul(HALF_SCALE)
                .intoArray(to, at + last);
    }
}
