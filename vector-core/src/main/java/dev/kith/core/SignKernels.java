package dev.kith.core;

import static java.nio.ByteOrder.LITTLE_ENDIAN;
import static java.util.Objects.requireNonNull;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
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

    /// As [SignEstimator#sum(MemorySegment, long)]. Codes are whole registers long; where the factors stand, the planes are zero.
    static int sum(MemorySegment rows, long offset, SignEstimator query) {
        int ints = query.ints;
        int[] planes = query.planes;
        rows.get(ValueLayout.JAVA_BYTE, offset);
        rows.get(ValueLayout.JAVA_BYTE, offset + 4L * ints - 1);
        long row = (rows.address() + offset) & RawMemory.MASK;
        IntVector sum = IntVector.zero(I);
        for (int i = 0; i < ints; i += I.length()) {
            IntVector code = IntVector.fromMemorySegment(I, ALL, row + 4L * i, LITTLE_ENDIAN);
            IntVector low = code.and(IntVector.fromArray(I, planes, i))
                    .lanewise(VectorOperators.BIT_COUNT)
                    .add(code.and(IntVector.fromArray(I, planes, ints + i))
                            .lanewise(VectorOperators.BIT_COUNT)
                            .lanewise(VectorOperators.LSHL, 1));
            IntVector high = code.and(IntVector.fromArray(I, planes, 2 * ints + i))
                    .lanewise(VectorOperators.BIT_COUNT)
                    .lanewise(VectorOperators.LSHL, 2)
                    .sub(code.and(IntVector.fromArray(I, planes, 3 * ints + i))
                            .lanewise(VectorOperators.BIT_COUNT)
                            .lanewise(VectorOperators.LSHL, 3));
            sum = sum.add(low).add(high);
        }
        return sum.reduceLanes(VectorOperators.ADD);
    }
}
