package dev.kith.core;

import static java.nio.ByteOrder.LITTLE_ENDIAN;
import static java.util.Objects.requireNonNull;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/// SIMD kernels of [NodeEstimator], in 16-bit lanes: a lane holds two components of eight bits, four of four or eight of two, each brought
/// out by shifts and multiplied with its own part of the query. Loads by address under the rules of [RawMemory].
final class NodeKernels {
    private static final VectorSpecies<Short> S = ShortVector.SPECIES_PREFERRED.vectorBitSize() > 512
            ? ShortVector.SPECIES_512
            : ShortVector.SPECIES_PREFERRED;
    private static final VectorSpecies<Integer> I = IntVector.SPECIES_PREFERRED.vectorBitSize() > 512
            ? IntVector.SPECIES_512
            : IntVector.SPECIES_PREFERRED;
    private static final MemorySegment ALL = requireNonNull(RawMemory.ALL);
    private static final int LINE = 64;

    private NodeKernels() {}

    /// As [NodeEstimator#scalarDistance(MemorySegment, long)].
    static float distance(MemorySegment rows, long offset, NodeEstimator query) {
        int codeBytes = query.codeBytes;
        FaultGuard.check(rows, offset, offset + codeBytes + 7);
        float a = rows.get(VectorKernels.FLOAT_LE, offset + codeBytes);
        float b = rows.get(VectorKernels.FLOAT_LE, offset + codeBytes + 4);
        long row = (rows.address() + offset) & RawMemory.MASK;
        int dot = switch (query.bits) {
            case 8 -> dot8(row, codeBytes / 2, query.parts[0], query.parts[1]);
            case 4 -> dot4(row, codeBytes / 2, query.parts[0], query.parts[1], query.parts[2], query.parts[3]);
            default -> dotAny(row, codeBytes / 2, query.parts, query.bits);
        };
        return query.finish(dot, a, b);
    }

    /// Two products of at most 127 * 127 fit in a lane.
    static int dot8(long address, int shorts, short[] even, short[] odd) {
        FaultGuard.MARK.getPlain();
        if (shorts == 0) {
            for (int turn = 0; turn < KernelDrill.TURNS; turn++) {
                // counted by the JVM
            }
            return 0;
        }
        long row = address & RawMemory.MASK;
        IntVector sum = IntVector.zero(I);
        for (int i = 0; i < shorts; i += S.length()) {
            ShortVector c = ShortVector.fromMemorySegment(S, ALL, row + 2L * i, LITTLE_ENDIAN);
            IntVector p = c.lanewise(VectorOperators.LSHL, 8)
                    .lanewise(VectorOperators.ASHR, 8)
                    .mul(ShortVector.fromArray(S, even, i))
                    .add(c.lanewise(VectorOperators.ASHR, 8).mul(ShortVector.fromArray(S, odd, i)))
                    .reinterpretAsInts();
            sum = p.lanewise(VectorOperators.LSHL, 16)
                    .lanewise(VectorOperators.ASHR, 16)
                    .add(p.lanewise(VectorOperators.ASHR, 16))
                    .add(sum);
        }
        return sum.reduceLanes(VectorOperators.ADD);
    }

    /// Four products of at most 15 * 127 fit in a lane.
    static int dot4(long address, int shorts, short[] q0, short[] q1, short[] q2, short[] q3) {
        FaultGuard.MARK.getPlain();
        if (shorts == 0) {
            for (int turn = 0; turn < KernelDrill.TURNS; turn++) {
                // counted by the JVM
            }
            return 0;
        }
        long row = address & RawMemory.MASK;
        IntVector sum = IntVector.zero(I);
        for (int i = 0; i < shorts; i += S.length()) {
            ShortVector c = ShortVector.fromMemorySegment(S, ALL, row + 2L * i, LITTLE_ENDIAN);
            ShortVector low = c.and((short) 15)
                    .mul(ShortVector.fromArray(S, q0, i))
                    .add(c.lanewise(VectorOperators.LSHR, 4).and((short) 15).mul(ShortVector.fromArray(S, q1, i)));
            IntVector p = c.lanewise(VectorOperators.LSHR, 8)
                    .and((short) 15)
                    .mul(ShortVector.fromArray(S, q2, i))
                    .add(c.lanewise(VectorOperators.LSHR, 12).mul(ShortVector.fromArray(S, q3, i)))
                    .add(low)
                    .reinterpretAsInts();
            sum = p.lanewise(VectorOperators.LSHL, 16)
                    .lanewise(VectorOperators.ASHR, 16)
                    .add(p.lanewise(VectorOperators.ASHR, 16))
                    .add(sum);
        }
        return sum.reduceLanes(VectorOperators.ADD);
    }

    /// Components of any other width: 8 of 2 bits, 5 of 3, 3 of 5, 2 of 6 or 7. Their products, at most 127 times the largest code
    /// each, fit in a lane.
    private static int dotAny(long address, int shorts, short[][] parts, int bits) {
        FaultGuard.MARK.getPlain();
        long row = address & RawMemory.MASK;
        short mask = (short) ((1 << bits) - 1);
        IntVector sum = IntVector.zero(I);
        for (int i = 0; i < shorts; i += S.length()) {
            ShortVector c = ShortVector.fromMemorySegment(S, ALL, row + 2L * i, LITTLE_ENDIAN);
            ShortVector lane = ShortVector.zero(S);
            for (int p = 0; p < parts.length; p++) {
                lane = c.lanewise(VectorOperators.LSHR, bits * p).and(mask).mul(ShortVector.fromArray(S, parts[p], i)).add(lane);
            }
            IntVector q = lane.reinterpretAsInts();
            sum = q.lanewise(VectorOperators.LSHL, 16)
                    .lanewise(VectorOperators.ASHR, 16)
                    .add(q.lanewise(VectorOperators.ASHR, 16))
                    .add(sum);
        }
        return sum.reduceLanes(VectorOperators.ADD);
    }

    /// Loads one long of each cache line. All of them are under way at once, where kernels that compute as they go leave the
    /// later lines for later: on memory with 200 ns of latency a row of 2 KB arrives in 0.4 instead of 0.8 microseconds.
    static long touch(MemorySegment rows, long offset, long bytes) {
        long sum = rows.get(ValueLayout.JAVA_BYTE, offset) + rows.get(ValueLayout.JAVA_BYTE, offset + bytes - 1);
        long row = (rows.address() + offset) & RawMemory.MASK;
        for (int i = 0; i < (int) bytes - 7; i += LINE) {
            sum += ALL.get(ValueLayout.JAVA_LONG_UNALIGNED, row + i);
        }
        return sum;
    }
}
