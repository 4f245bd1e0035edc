package dev.kith.core;

import static java.nio.ByteOrder.LITTLE_ENDIAN;
import static java.util.Objects.requireNonNull;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/// The SIMD kernel of [SignEstimator]. Loads by address under the rules of [RawMemory].
final class SignKernels {
    private static final VectorSpecies<Integer> I = IntVector.SPECIES_PREFERRED.vectorBitSize() > 512
            ? IntVector.SPECIES_512
            : IntVector.SPECIES_PREFERRED;
    private static final MemorySegment ALL = requireNonNull(RawMemory.ALL);

    private SignKernels() {}

    /// For each ordinal, as [SignEstimator#sum(MemorySegment, long)]. Codes are whole registers long; where the factors stand, the planes
    /// are zero. All codes are touched first, so that all of them are under way when the first is needed.
    ///
    /// @return something that depends on all loads
    static long sums(MemorySegment rows, long first, int[] ordinals, int count, SignEstimator query, int[] sums) {
        long touched = 0;
        for (int i = 0; i < count; i++) {
            touched += NodeKernels.touch(rows, first + (long) query.bytes * ordinals[i], query.bytes);
        }
        if (query.ints == I.length()) {
            one(rows, first, ordinals, count, query, sums);
        } else if (query.ints == 2 * I.length()) {
            two(rows, first, ordinals, count, query, sums);
        } else {
            for (int i = 0; i < count; i++) {
                sums[i] = sum(rows, first + (long) query.bytes * ordinals[i], query.ints, query);
            }
        }
        return touched;
    }

    /// Codes of one register.
    static void one(MemorySegment rows, long first, int[] ordinals, int count, SignEstimator query, int[] sums) {
        if (count == 0) {
            for (int turn = 0; turn < KernelDrill.TURNS; turn++) {
                // counted by the JVM
            }
            return;
        }
        int[] planes = query.planes;
        int ints = I.length();
        IntVector a = IntVector.fromArray(I, planes, 0);
        IntVector b = IntVector.fromArray(I, planes, ints);
        IntVector c = IntVector.fromArray(I, planes, 2 * ints);
        IntVector d = IntVector.fromArray(I, planes, 3 * ints);
        for (int i = 0; i < count; i++) {
            long at = first + 4L * ints * ordinals[i];
            FaultGuard.check(rows, at, at + 4L * ints - 1);
            IntVector code = IntVector.fromMemorySegment(I, ALL, (rows.address() + at) & RawMemory.MASK, LITTLE_ENDIAN);
            sums[i] = common(code, a)
                    .add(common(code, b).lanewise(VectorOperators.LSHL, 1))
                    .add(common(code, c).lanewise(VectorOperators.LSHL, 2))
                    .sub(common(code, d).lanewise(VectorOperators.LSHL, 3)).reduceLanes(VectorOperators.ADD);
        }
    }

    /// Codes of two registers.
    static void two(MemorySegment rows, long first, int[] ordinals, int count, SignEstimator query, int[] sums) {
        if (count == 0) {
            for (int turn = 0; turn < KernelDrill.TURNS; turn++) {
                // counted by the JVM
            }
            return;
        }
        int[] planes = query.planes;
        int ints = I.length();
        IntVector a = IntVector.fromArray(I, planes, 0);
        IntVector b = IntVector.fromArray(I, planes, 2 * ints);
        IntVector c = IntVector.fromArray(I, planes, 4 * ints);
        IntVector d = IntVector.fromArray(I, planes, 6 * ints);
        IntVector e = IntVector.fromArray(I, planes, ints);
        IntVector f = IntVector.fromArray(I, planes, 3 * ints);
        IntVector g = IntVector.fromArray(I, planes, 5 * ints);
        IntVector h = IntVector.fromArray(I, planes, 7 * ints);
        for (int i = 0; i < count; i++) {
            long at = first + 8L * ints * ordinals[i];
            FaultGuard.check(rows, at, at + 8L * ints - 1);
            long row = (rows.address() + at) & RawMemory.MASK;
            IntVector low = IntVector.fromMemorySegment(I, ALL, row, LITTLE_ENDIAN);
            IntVector high = IntVector.fromMemorySegment(I, ALL, row + 4L * ints, LITTLE_ENDIAN);
            sums[i] = common(low, a)
                    .add(common(low, b).lanewise(VectorOperators.LSHL, 1))
                    .add(common(low, c).lanewise(VectorOperators.LSHL, 2))
                    .sub(common(low, d).lanewise(VectorOperators.LSHL, 3))
                    .add(common(high, e)
                            .add(common(high, f).lanewise(VectorOperators.LSHL, 1))
                            .add(common(high, g).lanewise(VectorOperators.LSHL, 2))
                            .sub(common(high, h).lanewise(VectorOperators.LSHL, 3)))
                    .reduceLanes(VectorOperators.ADD);
        }
    }

    static int sum(MemorySegment rows, long offset, int ints, SignEstimator query) {
        int[] planes = query.planes;
        FaultGuard.check(rows, offset, offset + 4L * ints - 1);
        if (ints == 0) {
            for (int turn = 0; turn < KernelDrill.TURNS; turn++) {
                // counted by the JVM
            }
            return 0;
        }
        long row = (rows.address() + offset) & RawMemory.MASK;
        IntVector sum = IntVector.zero(I);
        for (int i = 0; i < ints; i += I.length()) {
            IntVector code = IntVector.fromMemorySegment(I, ALL, row + 4L * i, LITTLE_ENDIAN);
            sum = common(code, IntVector.fromArray(I, planes, i))
                    .add(common(code, IntVector.fromArray(I, planes, ints + i)).lanewise(VectorOperators.LSHL, 1))
                    .add(common(code, IntVector.fromArray(I, planes, 2 * ints + i)).lanewise(VectorOperators.LSHL, 2))
                    .sub(common(code, IntVector.fromArray(I, planes, 3 * ints + i)).lanewise(VectorOperators.LSHL, 3))
                    .add(sum);
        }
        return sum.reduceLanes(VectorOperators.ADD);
    }

    /// Counts of the bits that a code has in common with a plane. Small, or C2 would inline it in some processes and not in others.
    private static IntVector common(IntVector code, IntVector plane) {
        return code.and(plane).lanewise(VectorOperators.BIT_COUNT);
    }
}
