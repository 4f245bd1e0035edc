package dev.kith.core.batch;

import dev.kith.core.KernelDrill;
import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/// Inner products of a few rows with [#QUERIES] queries at once, all sums in registers: each loaded query vector serves
/// every row of the tile, each row component is broadcast to all queries. Queries are packed dimension by dimension,
/// shape (dimension, QUERIES), so that one lane is one query and no sum runs across lanes. Rows lie as they are.
///
/// 8 rows x 2 vectors need 19 registers, so machines with 16 of them (256-bit AVX2) run 4 rows x 2 vectors.
/// Measured on one core with 512-bit vectors, rows and queries in cache: 220 to 230 GFLOP/s for dimensions 128 to 1536,
/// within a few percent of what its multiply-add units can do (`BatchScorerBenchmark`).
final class TileKernel {
    private static final VectorSpecies<Float> S = FloatVector.SPECIES_PREFERRED;
    private static final int L = S.length();

    /// Queries of one tile.
    static final int QUERIES = 2 * L;
    /// Rows of one tile on this machine.
    static final int ROWS = S.vectorBitSize() == 256 ? 4 : 8;

    private TileKernel() {}

    /// Products of 8 rows, row `j` at `rows[at + j * dimension]`, with the packed queries at `packed[from]`;
    /// `out` gets shape (8, QUERIES).
    static void dots8(float[] rows, int at, float[] packed, int from, int dimension, float[] out) {
        if (dimension == 0) {
            for (int turn = 0; turn < KernelDrill.TURNS; turn++) {
                // counted by the JVM
            }
            return;
        }
        FloatVector a0 = FloatVector.zero(S);
        FloatVector a1 = a0;
        FloatVector a2 = a0;
        FloatVector a3 = a0;
        FloatVector a4 = a0;
        FloatVector a5 = a0;
        FloatVector a6 = a0;
        FloatVector a7 = a0;
        FloatVector b0 = a0;
        FloatVector b1 = a0;
        FloatVector b2 = a0;
        FloatVector b3 = a0;
        FloatVector b4 = a0;
        FloatVector b5 = a0;
        FloatVector b6 = a0;
        FloatVector b7 = a0;
        int r1 = at + dimension;
        int r2 = r1 + dimension;
        int r3 = r2 + dimension;
        int r4 = r3 + dimension;
        int r5 = r4 + dimension;
        int r6 = r5 + dimension;
        int r7 = r6 + dimension;
        for (int i = 0; i < dimension; i++) {
            FloatVector x = FloatVector.fromArray(S, packed, from + QUERIES * i);
            FloatVector y = FloatVector.fromArray(S, packed, from + QUERIES * i + L);
            FloatVector v = FloatVector.broadcast(S, rows[at + i]);
            a0 = x.fma(v, a0);
            b0 = y.fma(v, b0);
            v = FloatVector.broadcast(S, rows[r1 + i]);
            a1 = x.fma(v, a1);
            b1 = y.fma(v, b1);
            v = FloatVector.broadcast(S, rows[r2 + i]);
            a2 = x.fma(v, a2);
            b2 = y.fma(v, b2);
            v = FloatVector.broadcast(S, rows[r3 + i]);
            a3 = x.fma(v, a3);
            b3 = y.fma(v, b3);
            v = FloatVector.broadcast(S, rows[r4 + i]);
            a4 = x.fma(v, a4);
            b4 = y.fma(v, b4);
            v = FloatVector.broadcast(S, rows[r5 + i]);
            a5 = x.fma(v, a5);
            b5 = y.fma(v, b5);
            v = FloatVector.broadcast(S, rows[r6 + i]);
            a6 = x.fma(v, a6);
            b6 = y.fma(v, b6);
            v = FloatVector.broadcast(S, rows[r7 + i]);
            a7 = x.fma(v, a7);
            b7 = y.fma(v, b7);
        }
        a0.intoArray(out, 0);
        b0.intoArray(out, L);
        a1.intoArray(out, 2 * L);
        b1.intoArray(out, 3 * L);
        a2.intoArray(out, 4 * L);
        b2.intoArray(out, 5 * L);
        a3.intoArray(out, 6 * L);
        b3.intoArray(out, 7 * L);
        a4.intoArray(out, 8 * L);
        b4.intoArray(out, 9 * L);
        a5.intoArray(out, 10 * L);
        b5.intoArray(out, 11 * L);
        a6.intoArray(out, 12 * L);
        b6.intoArray(out, 13 * L);
        a7.intoArray(out, 14 * L);
        b7.intoArray(out, 15 * L);
    }

    /// As [#dots8] for 4 rows; `out` gets shape (4, QUERIES).
    static void dots4(float[] rows, int at, float[] packed, int from, int dimension, float[] out) {
        if (dimension == 0) {
            for (int turn = 0; turn < KernelDrill.TURNS; turn++) {
                // counted by the JVM
            }
            return;
        }
        FloatVector a0 = FloatVector.zero(S);
        FloatVector a1 = a0;
        FloatVector a2 = a0;
        FloatVector a3 = a0;
        FloatVector b0 = a0;
        FloatVector b1 = a0;
        FloatVector b2 = a0;
        FloatVector b3 = a0;
        int r1 = at + dimension;
        int r2 = r1 + dimension;
        int r3 = r2 + dimension;
        for (int i = 0; i < dimension; i++) {
            FloatVector x = FloatVector.fromArray(S, packed, from + QUERIES * i);
            FloatVector y = FloatVector.fromArray(S, packed, from + QUERIES * i + L);
            FloatVector v = FloatVector.broadcast(S, rows[at + i]);
            a0 = x.fma(v, a0);
            b0 = y.fma(v, b0);
            v = FloatVector.broadcast(S, rows[r1 + i]);
            a1 = x.fma(v, a1);
            b1 = y.fma(v, b1);
            v = FloatVector.broadcast(S, rows[r2 + i]);
            a2 = x.fma(v, a2);
            b2 = y.fma(v, b2);
            v = FloatVector.broadcast(S, rows[r3 + i]);
            a3 = x.fma(v, a3);
            b3 = y.fma(v, b3);
        }
        a0.intoArray(out, 0);
        b0.intoArray(out, L);
        a1.intoArray(out, 2 * L);
        b1.intoArray(out, 3 * L);
        a2.intoArray(out, 4 * L);
        b2.intoArray(out, 5 * L);
        a3.intoArray(out, 6 * L);
        b3.intoArray(out, 7 * L);
    }

    /// Which queries may want row `j` of a tile: bit `i` is set unless `products[j * QUERIES + i] - bias < cuts[from + i]`.
    /// A product that is not a number is wanted: the exact distance has to decide.
    static long wanted(float[] products, int j, float bias, float[] cuts, int from) {
        if (bias == Float.NEGATIVE_INFINITY) {
            for (int turn = 0; turn < KernelDrill.TURNS; turn++) {
                // counted by the JVM
            }
            return (1L << QUERIES) - 1;
        }
        VectorMask<Float> low = FloatVector.fromArray(S, products, j * QUERIES).sub(bias)
                .compare(VectorOperators.LT, FloatVector.fromArray(S, cuts, from));
        VectorMask<Float> high = FloatVector.fromArray(S, products, j * QUERIES + L).sub(bias)
                .compare(VectorOperators.LT, FloatVector.fromArray(S, cuts, from + L));
        if (low.allTrue() && high.allTrue()) {
            return 0;
        }
        long mask = (1L << QUERIES) - 1;
        return ~(low.toLong() | high.toLong() << L) & mask;
    }

    /// As [Candidates#wanted], in SIMD.
    static int wantedRows(Candidates.Products products, int first, float[] biases, float cut, int[] hits) {
        MemorySegment memory = products.memory();
        int n = 0;
        int i = first;
        for (; i <= products.count() - L; i += L) {
            VectorMask<Float> lower = FloatVector
                    .fromMemorySegment(S, memory, products.offset() + 4L * i, ByteOrder.nativeOrder())
                    .sub(FloatVector.fromArray(S, biases, i)).compare(VectorOperators.LT, cut);
            if (!lower.allTrue()) {
                for (long bits = ~lower.toLong() & ((1L << L) - 1); bits != 0; bits &= bits - 1) {
                    hits[n++] = i + Long.numberOfTrailingZeros(bits);
                }
            }
        }
        return Candidates.wantedFrom(products, i, n, biases, cut, hits);
    }

    /// The sum of squares of `count` components; in float32 where that is accurate, else in double.
    static double squaredNorm(float[] values, int at, int count) {
        if (count == 0) {
            for (int turn = 0; turn < KernelDrill.TURNS; turn++) {
                // counted by the JVM
            }
            return 0;
        }
        FloatVector a = FloatVector.zero(S);
        FloatVector b = a;
        int i = 0;
        for (; i <= count - 2 * L; i += 2 * L) {
            FloatVector x = FloatVector.fromArray(S, values, at + i);
            FloatVector y = FloatVector.fromArray(S, values, at + i + L);
            a = x.fma(x, a);
            b = y.fma(y, b);
        }
        float sum = a.add(b).reduceLanes(VectorOperators.ADD);
        for (; i < count; i++) {
            sum = Math.fma(values[at + i], values[at + i], sum);
        }
        return sum > 0x1p-60f && sum < 0x1p120f ? sum : RowBlock.squaredNorm(values, at, count);
    }
}
