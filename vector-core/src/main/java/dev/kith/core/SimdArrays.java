package dev.kith.core;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/// [SimdFloats] for a row that was decoded to an array. Written out once more, because C2 compiles a method that has met memory of the
/// heap and other memory to one that allocates.
final class SimdArrays {
    private static final VectorSpecies<Float> S = SimdFloats.S;
    private static final int N = S.length();

    /// Rows of a call of [#dots] and [#squares].
    static final int ROWS = N / 2;

    private SimdArrays() {}

    static float dot(QueryBlock query, float[] row, float[] lanes) {
        if (query.dimension == 0) {
            for (int turn = 0; turn < KernelDrill.TURNS; turn++) {
                // counted by the JVM
            }
            return 0;
        }
        float[] q = query.components;
        FloatVector a = FloatVector.zero(S);
        FloatVector b = a;
        FloatVector c = a;
        FloatVector d = a;
        for (int i = 0; i < query.whole; i += QueryBlock.LANES) {
            a = FloatVector.fromArray(S, q, i).fma(FloatVector.fromArray(S, row, i), a);
            if (N <= 8) {
                b = FloatVector.fromArray(S, q, i + N).fma(FloatVector.fromArray(S, row, i + N), b);
            }
            if (N == 4) {
                c = FloatVector.fromArray(S, q, i + 8).fma(FloatVector.fromArray(S, row, i + 8), c);
                d = FloatVector.fromArray(S, q, i + 12).fma(FloatVector.fromArray(S, row, i + 12), d);
            }
        }
        if (query.whole < query.dimension) {
            int s = query.tailStart();
            float[] t = query.tail;
            a = FloatVector.fromArray(S, t, 0).fma(FloatVector.fromArray(S, row, s), a);
            if (N <= 8) {
                b = FloatVector.fromArray(S, t, N).fma(FloatVector.fromArray(S, row, s + N), b);
            }
            if (N == 4) {
                c = FloatVector.fromArray(S, t, 8).fma(FloatVector.fromArray(S, row, s + 8), c);
                d = FloatVector.fromArray(S, t, 12).fma(FloatVector.fromArray(S, row, s + 12), d);
            }
        }
        a.intoArray(lanes, 0);
        if (N <= 8) {
            b.intoArray(lanes, N);
        }
        if (N == 4) {
            c.intoArray(lanes, 8);
            d.intoArray(lanes, 12);
        }
        return QueryBlock.sum(lanes);
    }

    static float squaredL2(QueryBlock query, float[] row, float[] lanes) {
        if (query.dimension == 0) {
            for (int turn = 0; turn < KernelDrill.TURNS; turn++) {
                // counted by the JVM
            }
            return 0;
        }
        float[] q = query.components;
        FloatVector a = FloatVector.zero(S);
        FloatVector b = a;
        FloatVector c = a;
        FloatVector d = a;
        for (int i = 0; i < query.whole; i += QueryBlock.LANES) {
            FloatVector x = FloatVector.fromArray(S, q, i).sub(FloatVector.fromArray(S, row, i));
            a = x.fma(x, a);
            if (N <= 8) {
                x = FloatVector.fromArray(S, q, i + N).sub(FloatVector.fromArray(S, row, i + N));
                b = x.fma(x, b);
            }
            if (N == 4) {
                x = FloatVector.fromArray(S, q, i + 8).sub(FloatVector.fromArray(S, row, i + 8));
                c = x.fma(x, c);
                x = FloatVector.fromArray(S, q, i + 12).sub(FloatVector.fromArray(S, row, i + 12));
                d = x.fma(x, d);
            }
        }
        if (query.whole < query.dimension) {
            int s = query.tailStart();
            float[] m = query.tailMask;
            FloatVector x = FloatVector.fromArray(S, q, s).sub(FloatVector.fromArray(S, row, s))
                    .mul(FloatVector.fromArray(S, m, 0));
            a = x.fma(x, a);
            if (N <= 8) {
                x = FloatVector.fromArray(S, q, s + N).sub(FloatVector.fromArray(S, row, s + N))
                        .mul(FloatVector.fromArray(S, m, N));
                b = x.fma(x, b);
            }
            if (N == 4) {
                x = FloatVector.fromArray(S, q, s + 8).sub(FloatVector.fromArray(S, row, s + 8))
                        .mul(FloatVector.fromArray(S, m, 8));
                c = x.fma(x, c);
                x = FloatVector.fromArray(S, q, s + 12).sub(FloatVector.fromArray(S, row, s + 12))
                        .mul(FloatVector.fromArray(S, m, 12));
                d = x.fma(x, d);
            }
        }
        a.intoArray(lanes, 0);
        if (N <= 8) {
            b.intoArray(lanes, N);
        }
        if (N == 4) {
            c.intoArray(lanes, 8);
            d.intoArray(lanes, 12);
        }
        return QueryBlock.sum(lanes);
    }

    /// Inner products of the query with [#ROWS] rows that follow each other; as [RawFloats], eight sums at a time, which are left in `lanes`.
    static void dots(QueryBlock query, float[] rows, float[] lanes) {
        if (query.dimension == 0) {
            for (int turn = 0; turn < KernelDrill.TURNS; turn++) {
                // counted by the JVM
            }
            return;
        }
        int d = query.dimension;
        int p1 = 1 * N / 16 * d + 1 * N % 16;
        int p2 = 2 * N / 16 * d + 2 * N % 16;
        int p3 = 3 * N / 16 * d + 3 * N % 16;
        int p4 = 4 * N / 16 * d + 4 * N % 16;
        int p5 = 5 * N / 16 * d + 5 * N % 16;
        int p6 = 6 * N / 16 * d + 6 * N % 16;
        int p7 = 7 * N / 16 * d + 7 * N % 16;
        float[] q = query.components;
        int whole = query.whole;
        FloatVector a0 = FloatVector.zero(S);
        FloatVector a1 = a0;
        FloatVector a2 = a0;
        FloatVector a3 = a0;
        FloatVector a4 = a0;
        FloatVector a5 = a0;
        FloatVector a6 = a0;
        FloatVector a7 = a0;
        for (int i = 0; i < whole; i += QueryBlock.LANES) {
            FloatVector u = FloatVector.fromArray(S, q, i);
            FloatVector v = N < 16 ? FloatVector.fromArray(S, q, i + N) : u;
            FloatVector w = N < 8 ? FloatVector.fromArray(S, q, i + 8) : u;
            FloatVector z = N < 8 ? FloatVector.fromArray(S, q, i + 12) : v;
            a0 = u.fma(FloatVector.fromArray(S, rows, i), a0);
            a1 = v.fma(FloatVector.fromArray(S, rows, i + p1), a1);
            a2 = w.fma(FloatVector.fromArray(S, rows, i + p2), a2);
            a3 = z.fma(FloatVector.fromArray(S, rows, i + p3), a3);
            a4 = u.fma(FloatVector.fromArray(S, rows, i + p4), a4);
            a5 = v.fma(FloatVector.fromArray(S, rows, i + p5), a5);
            a6 = w.fma(FloatVector.fromArray(S, rows, i + p6), a6);
            a7 = z.fma(FloatVector.fromArray(S, rows, i + p7), a7);
        }
        if (whole < query.dimension) {
            int t = query.tailStart();
            float[] m = query.tail;
            FloatVector u = FloatVector.fromArray(S, m, 0);
            FloatVector v = N < 16 ? FloatVector.fromArray(S, m, N) : u;
            FloatVector w = N < 8 ? FloatVector.fromArray(S, m, 8) : u;
            FloatVector z = N < 8 ? FloatVector.fromArray(S, m, 12) : v;
            a0 = u.fma(FloatVector.fromArray(S, rows, t), a0);
            a1 = v.fma(FloatVector.fromArray(S, rows, t + p1), a1);
            a2 = w.fma(FloatVector.fromArray(S, rows, t + p2), a2);
            a3 = z.fma(FloatVector.fromArray(S, rows, t + p3), a3);
            a4 = u.fma(FloatVector.fromArray(S, rows, t + p4), a4);
            a5 = v.fma(FloatVector.fromArray(S, rows, t + p5), a5);
            a6 = w.fma(FloatVector.fromArray(S, rows, t + p6), a6);
            a7 = z.fma(FloatVector.fromArray(S, rows, t + p7), a7);
        }
        a0.intoArray(lanes, 0);
        a1.intoArray(lanes, N);
        a2.intoArray(lanes, 2 * N);
        a3.intoArray(lanes, 3 * N);
        a4.intoArray(lanes, 4 * N);
        a5.intoArray(lanes, 5 * N);
        a6.intoArray(lanes, 6 * N);
        a7.intoArray(lanes, 7 * N);
    }

    /// Squared distances of the query to these rows, as [#dots].
    static void squares(QueryBlock query, float[] rows, float[] lanes) {
        if (query.dimension == 0) {
            for (int turn = 0; turn < KernelDrill.TURNS; turn++) {
                // counted by the JVM
            }
            return;
        }
        int d = query.dimension;
        int p1 = 1 * N / 16 * d + 1 * N % 16;
        int p2 = 2 * N / 16 * d + 2 * N % 16;
        int p3 = 3 * N / 16 * d + 3 * N % 16;
        int p4 = 4 * N / 16 * d + 4 * N % 16;
        int p5 = 5 * N / 16 * d + 5 * N % 16;
        int p6 = 6 * N / 16 * d + 6 * N % 16;
        int p7 = 7 * N / 16 * d + 7 * N % 16;
        float[] q = query.components;
        int whole = query.whole;
        FloatVector a0 = FloatVector.zero(S);
        FloatVector a1 = a0;
        FloatVector a2 = a0;
        FloatVector a3 = a0;
        FloatVector a4 = a0;
        FloatVector a5 = a0;
        FloatVector a6 = a0;
        FloatVector a7 = a0;
        for (int i = 0; i < whole; i += QueryBlock.LANES) {
            FloatVector u = FloatVector.fromArray(S, q, i);
            FloatVector v = N < 16 ? FloatVector.fromArray(S, q, i + N) : u;
            FloatVector w = N < 8 ? FloatVector.fromArray(S, q, i + 8) : u;
            FloatVector z = N < 8 ? FloatVector.fromArray(S, q, i + 12) : v;
            FloatVector x = u.sub(FloatVector.fromArray(S, rows, i));
            a0 = x.fma(x, a0);
            x = v.sub(FloatVector.fromArray(S, rows, i + p1));
            a1 = x.fma(x, a1);
            x = w.sub(FloatVector.fromArray(S, rows, i + p2));
            a2 = x.fma(x, a2);
            x = z.sub(FloatVector.fromArray(S, rows, i + p3));
            a3 = x.fma(x, a3);
            x = u.sub(FloatVector.fromArray(S, rows, i + p4));
            a4 = x.fma(x, a4);
            x = v.sub(FloatVector.fromArray(S, rows, i + p5));
            a5 = x.fma(x, a5);
            x = w.sub(FloatVector.fromArray(S, rows, i + p6));
            a6 = x.fma(x, a6);
            x = z.sub(FloatVector.fromArray(S, rows, i + p7));
            a7 = x.fma(x, a7);
        }
        if (whole < query.dimension) {
            int t = query.tailStart();
            float[] m = query.tailMask;
            FloatVector u = FloatVector.fromArray(S, q, t);
            FloatVector v = N < 16 ? FloatVector.fromArray(S, q, t + N) : u;
            FloatVector w = N < 8 ? FloatVector.fromArray(S, q, t + 8) : u;
            FloatVector z = N < 8 ? FloatVector.fromArray(S, q, t + 12) : v;
            FloatVector mu = FloatVector.fromArray(S, m, 0);
            FloatVector mv = N < 16 ? FloatVector.fromArray(S, m, N) : mu;
            FloatVector mw = N < 8 ? FloatVector.fromArray(S, m, 8) : mu;
            FloatVector mz = N < 8 ? FloatVector.fromArray(S, m, 12) : mv;
            FloatVector x = u.sub(FloatVector.fromArray(S, rows, t)).mul(mu);
            a0 = x.fma(x, a0);
            x = v.sub(FloatVector.fromArray(S, rows, t + p1)).mul(mv);
            a1 = x.fma(x, a1);
            x = w.sub(FloatVector.fromArray(S, rows, t + p2)).mul(mw);
            a2 = x.fma(x, a2);
            x = z.sub(FloatVector.fromArray(S, rows, t + p3)).mul(mz);
            a3 = x.fma(x, a3);
            x = u.sub(FloatVector.fromArray(S, rows, t + p4)).mul(mu);
            a4 = x.fma(x, a4);
            x = v.sub(FloatVector.fromArray(S, rows, t + p5)).mul(mv);
            a5 = x.fma(x, a5);
            x = w.sub(FloatVector.fromArray(S, rows, t + p6)).mul(mw);
            a6 = x.fma(x, a6);
            x = z.sub(FloatVector.fromArray(S, rows, t + p7)).mul(mz);
            a7 = x.fma(x, a7);
        }
        a0.intoArray(lanes, 0);
        a1.intoArray(lanes, N);
        a2.intoArray(lanes, 2 * N);
        a3.intoArray(lanes, 3 * N);
        a4.intoArray(lanes, 4 * N);
        a5.intoArray(lanes, 5 * N);
        a6.intoArray(lanes, 6 * N);
        a7.intoArray(lanes, 7 * N);
    }
}
