package dev.kith.core;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.LongVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;

/// What [NodeEstimator] and [NeighbourEstimator] do once for each query, in registers of 256 bits or more; the same bits as their scalar twins,
/// because lanes and order are the same.
final class QueryKernels {
    private static final VectorSpecies<Float> F = SimdFloats.S;
    private static final int N = F.length();
    /// Not used where [#available()] is false: no register has 32 bits.
    private static final VectorSpecies<Short> HALVES = VectorSpecies.of(short.class,
            VectorShape.forBitSize(Math.max(64, F.vectorBitSize() / 4)));
    private static final VectorSpecies<Short> PAIRS = VectorSpecies.of(short.class,
            VectorShape.forBitSize(F.vectorBitSize() / 2));
    private static final VectorSpecies<Integer> I = VectorSpecies.of(int.class, F.vectorShape());

    private QueryKernels() {}

    /// Whether registers are as wide as that.
    static boolean available() {
        return F.vectorBitSize() >= 256;
    }

    /// The query relative to a centre, its squares and its largest component by lanes.
    static void centre(float[] query, float[] centre, float[] components, float[] squares, float[] largest) {
        if (components.length == 0) {
            for (int turn = 0; turn < KernelDrill.TURNS; turn++) {
                // counted by the JVM
            }
            return;
        }
        for (int part = 0; part < QueryBlock.LANES; part += N) {
            FloatVector sum = FloatVector.zero(F);
            FloatVector max = sum;
            for (int i = part; i < components.length; i += QueryBlock.LANES) {
                FloatVector x = FloatVector.fromArray(F, query, i).sub(FloatVector.fromArray(F, centre, i));
                FloatVector size = x.abs();
                x.intoArray(components, i);
                sum = x.mul(x).add(sum);
                max = size.blend(max, size.compare(VectorOperators.GT, max).not());
            }
            sum.intoArray(squares, part);
            max.intoArray(largest, part);
        }
    }

    /// The sums and the largest sizes of components by lanes.
    static void sums(float[] components, float[] sums, float[] largest) {
        if (components.length == 0) {
            for (int turn = 0; turn < KernelDrill.TURNS; turn++) {
                // counted by the JVM
            }
            return;
        }
        for (int part = 0; part < QueryBlock.LANES; part += N) {
            FloatVector sum = FloatVector.zero(F);
            FloatVector max = sum;
            for (int i = part; i < components.length; i += QueryBlock.LANES) {
                FloatVector x = FloatVector.fromArray(F, components, i);
                FloatVector size = x.abs();
                sum = x.add(sum);
                max = size.blend(max, size.compare(VectorOperators.GT, max).not());
            }
            sum.intoArray(sums, part);
            max.intoArray(largest, part);
        }
    }

    /// Rounds to integers, those at even places to one array and those at odd places to another.
    ///
    /// @return their sum
    static int round(float[] components, float inverse, short[] even, short[] odd) {
        if (components.length == 0) {
            for (int turn = 0; turn < KernelDrill.TURNS; turn++) {
                // counted by the JVM
            }
            return 0;
        }
        IntVector total = IntVector.zero(I);
        for (int i = 0; i < components.length; i += N) {
            IntVector k = FloatVector.fromArray(F, components, i)
                    .mul(inverse)
                    .add(NodeEstimator.ROUND)
                    .reinterpretAsInts()
                    .sub(NodeEstimator.ROUND_BITS);
            total = k.add(total);
            LongVector pairs = k.reinterpretAsLongs();
            ((ShortVector) pairs.convertShape(VectorOperators.L2S, HALVES, 0)).intoArray(even, i / 2);
            ((ShortVector) pairs.lanewise(VectorOperators.LSHR, 32).convertShape(VectorOperators.L2S, HALVES, 0))
                    .intoArray(odd, i / 2);
        }
        return total.reduceLanes(VectorOperators.ADD);
    }

    /// Those at even places to one array and those at odd places to another.
    static void split(short[] from, short[] even, short[] odd) {
        if (from.length == 0) {
            for (int turn = 0; turn < KernelDrill.TURNS; turn++) {
                // counted by the JVM
            }
            return;
        }
        for (int i = 0; i < from.length; i += N) {
            IntVector pairs = ShortVector.fromArray(PAIRS, from, i).reinterpretAsInts();
            ((ShortVector) pairs.convertShape(VectorOperators.I2S, HALVES, 0)).intoArray(even, i / 2);
            ((ShortVector) pairs.lanewise(VectorOperators.LSHR, 16).convertShape(VectorOperators.I2S, HALVES, 0))
                    .intoArray(odd, i / 2);
        }
    }
}
