package dev.kith.core;

import static java.nio.ByteOrder.LITTLE_ENDIAN;
import static java.util.Objects.requireNonNull;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/// SIMD kernels of [NeighbourEstimator]: one lane a neighbour, so that no sum crosses lanes. Loads by address under the rules
/// of [RawMemory].
final class NeighbourKernels {
    private static final VectorSpecies<Integer> I = IntVector.SPECIES_PREFERRED.length() > NeighbourCodes.GROUP
            ? IntVector.SPECIES_512
            : IntVector.SPECIES_PREFERRED;
    private static final VectorSpecies<Float> F = FloatVector.SPECIES_PREFERRED.length() > NeighbourCodes.GROUP
            ? FloatVector.SPECIES_512
            : FloatVector.SPECIES_PREFERRED;
    private static final int N = I.length();
    private static final VectorSpecies<Byte> B = VectorSpecies.of(byte.class, I.vectorShape());
    /// Words whose counts of bits, of 8 at most each, fit in the lanes of bytes.
    private static final int BYTE_WORDS = 31;
    /// The first and third byte of each word.
    private static final int PAIRS = 0x00ff00ff;
    private static final MemorySegment ALL = requireNonNull(RawMemory.ALL);
    /// Added to a float of small magnitude, leaves its nearest integer in the low bits.
    private static final float ROUND = 0x1.8p23f;

    private NeighbourKernels() {}

    /// As [NeighbourEstimator#estimate(MemorySegment, long, float, float)].
    static int estimate(MemorySegment rows, long at, NeighbourEstimator query, float distance, float bound) {
        int words = query.planes.length / NeighbourEstimator.PLANES;
        FaultGuard.check(rows, at, at + 64L * words + 191);
        long base = (rows.address() + at) & RawMemory.MASK;
        int mask = 0;
        for (int part = 0; part < NeighbourCodes.GROUP; part += N) {
            mask |= (N == NeighbourCodes.GROUP
                    ? part(base, words, query, distance, bound, part)
                    : narrowPart(base + 4L * part, words, query, distance, bound, part)) << part;
        }
        return mask;
    }

    static int part(long base, int words, NeighbourEstimator query, float distance, float bound, int part) {
        FaultGuard.MARK.getPlain();
        if (words == 0) {
            for (int turn = 0; turn < KernelDrill.TURNS; turn++) {
                // counted by the JVM
            }
            return 0;
        }
        int[] planes = query.planes;
        long row = base & RawMemory.MASK;
        IntVector a = IntVector.zero(I);
        IntVector b = a;
        IntVector c = a;
        IntVector d = a;
        for (int w = 0; w < words; w++) {
            IntVector code = IntVector.fromMemorySegment(I, ALL, row + 64L * w, LITTLE_ENDIAN);
            a = code.and(IntVector.broadcast(I, planes[4 * w])).lanewise(VectorOperators.BIT_COUNT).add(a);
            b = code.and(IntVector.broadcast(I, planes[4 * w + 1])).lanewise(VectorOperators.BIT_COUNT).add(b);
            c = code.and(IntVector.broadcast(I, planes[4 * w + 2])).lanewise(VectorOperators.BIT_COUNT).add(c);
            d = code.and(IntVector.broadcast(I, planes[4 * w + 3])).lanewise(VectorOperators.BIT_COUNT).add(d);
        }
        IntVector sum = a.add(b.lanewise(VectorOperators.LSHL, 1))
                .add(c.lanewise(VectorOperators.LSHL, 2))
                .sub(d.lanewise(VectorOperators.LSHL, 3));
        long factors = row + 64L * words;
        FloatVector s = ((FloatVector) sum.convert(VectorOperators.I2F, 0))
                .fma(FloatVector.broadcast(F, query.scale()), FloatVector.broadcast(F, query.shift()));
        FloatVector estimates = s.fma(FloatVector.fromMemorySegment(F, ALL, factors + 64, LITTLE_ENDIAN),
                FloatVector.fromMemorySegment(F, ALL, factors, LITTLE_ENDIAN))
                .add(distance);
        estimates.intoArray(query.group(), part);
        return (int) estimates.compare(VectorOperators.LT, bound).toLong();
    }

    /// [#part] where registers have 256 bits or fewer. Processors with such count the bits of bytes, and take several instructions more to add the bytes
    /// of a word: here that is done once for up to [#BYTE_WORDS] words.
    static int narrowPart(long base, int words, NeighbourEstimator query, float distance, float bound, int part) {
        FaultGuard.MARK.getPlain();
        if (words == 0) {
            for (int turn = 0; turn < KernelDrill.TURNS; turn++) {
                // counted by the JVM
            }
            return 0;
        }
        int[] planes = query.planes;
        long row = base & RawMemory.MASK;
        IntVector sum = IntVector.zero(I);
        for (int from = 0; from < words; from += BYTE_WORDS) {
            int to = Math.min(words, from + BYTE_WORDS);
            ByteVector a = ByteVector.zero(B);
            ByteVector b = a;
            ByteVector c = a;
            ByteVector d = a;
            for (int w = from; w < to; w++) {
                IntVector code = IntVector.fromMemorySegment(I, ALL, row + 64L * w, LITTLE_ENDIAN);
                a = code.and(IntVector.broadcast(I, planes[4 * w])).reinterpretAsBytes().lanewise(VectorOperators.BIT_COUNT)
                        .add(a);
                b = code.and(IntVector.broadcast(I, planes[4 * w + 1])).reinterpretAsBytes().lanewise(VectorOperators.BIT_COUNT)
                        .add(b);
                c = code.and(IntVector.broadcast(I, planes[4 * w + 2])).reinterpretAsBytes().lanewise(VectorOperators.BIT_COUNT)
                        .add(c);
                d = code.and(IntVector.broadcast(I, planes[4 * w + 3])).reinterpretAsBytes().lanewise(VectorOperators.BIT_COUNT)
                        .add(d);
            }
            IntVector x = a.reinterpretAsInts();
            x = x.and(PAIRS).add(x.lanewise(VectorOperators.LSHR, 8).and(PAIRS));
            IntVector y = b.reinterpretAsInts();
            x = y.and(PAIRS).add(y.lanewise(VectorOperators.LSHR, 8).and(PAIRS)).lanewise(VectorOperators.LSHL, 1).add(x);
            y = c.reinterpretAsInts();
            x = y.and(PAIRS).add(y.lanewise(VectorOperators.LSHR, 8).and(PAIRS)).lanewise(VectorOperators.LSHL, 2).add(x);
            y = d.reinterpretAsInts();
            y = y.and(PAIRS).add(y.lanewise(VectorOperators.LSHR, 8).and(PAIRS));
            y = y.and(0xffff).add(y.lanewise(VectorOperators.LSHR, 16)).lanewise(VectorOperators.LSHL, 3);
            sum = x.and(0xffff).add(x.lanewise(VectorOperators.LSHR, 16)).sub(y).add(sum);
        }
        long factors = row + 64L * words;
        FloatVector s = ((FloatVector) sum.convert(VectorOperators.I2F, 0))
                .fma(FloatVector.broadcast(F, query.scale()), FloatVector.broadcast(F, query.shift()));
        FloatVector estimates = s.fma(FloatVector.fromMemorySegment(F, ALL, factors + 64, LITTLE_ENDIAN),
                FloatVector.fromMemorySegment(F, ALL, factors, LITTLE_ENDIAN))
                .add(distance);
        estimates.intoArray(query.group(), part);
        return (int) estimates.compare(VectorOperators.LT, bound).toLong();
    }

    /// As [NeighbourEstimator#toPlanes(float[], float, int[])].
    static void toPlanes(float[] rotated, float inverse, int[] planes) {
        if (rotated.length == 0) {
            for (int turn = 0; turn < KernelDrill.TURNS; turn++) {
                // counted by the JVM
            }
            return;
        }
        Arrays.fill(planes, 0);
        for (int i = 0; i < rotated.length; i += N) {
            IntVector k = FloatVector.fromArray(F, rotated, i).mul(inverse).max(-8f).min(7f).add(ROUND).reinterpretAsInts();
            int at = (i >> 5) * 4;
            int bit = i & 31;
            planes[at] |= (int) k.and(1).compare(VectorOperators.NE, 0).toLong() << bit;
            planes[at + 1] |= (int) k.and(2).compare(VectorOperators.NE, 0).toLong() << bit;
            planes[at + 2] |= (int) k.and(4).compare(VectorOperators.NE, 0).toLong() << bit;
            planes[at + 3] |= (int) k.and(8).compare(VectorOperators.NE, 0).toLong() << bit;
        }
    }
}
