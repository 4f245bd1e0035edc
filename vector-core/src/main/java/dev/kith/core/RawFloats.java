package dev.kith.core;

import static java.nio.ByteOrder.LITTLE_ENDIAN;
import static java.util.Objects.requireNonNull;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/// Kernels over [#ROWS] rows of float32 at a time for registers of any width, by address under the rules of [RawMemory]: those of 256 bits (AVX2) and of 128 (NEON), which
/// have [RawKernels] for 512. One row alone waits for the sum before at every step; eight sums, of two rows by four registers or four rows by two, do
/// not. A kernel leaves [QueryBlock#LANES] sums of each row in `lanes`, for [QueryBlock#sum(float[],int)].
final class RawFloats {
    private static final VectorSpecies<Float> S = SimdFloats.S;
    private static final int N = S.length();
    /// Rows of a call.
    static final int ROWS = N / 2;
    private static final MemorySegment ALL = requireNonNull(RawMemory.ALL);
    private static final long MASK = RawMemory.MASK;

    private RawFloats() {}

    /// Inner products of the query with the rows `ordinals[at ..< at + ROWS]`.
    static void dot(QueryBlock query, RowBlock rows, int[] ordinals, int at, float[] lanes) {
        MemorySegment bytes = rows.bytes();
        long base = bytes.address();
        long r0 = rows.offset(ordinals[at]);
        long r1 = rows.offset(ordinals[at + 1 * N / 16]);
        long r2 = rows.offset(ordinals[at + 2 * N / 16]);
        long r3 = rows.offset(ordinals[at + 3 * N / 16]);
        long r4 = rows.offset(ordinals[at + 4 * N / 16]);
        long r5 = rows.offset(ordinals[at + 5 * N / 16]);
        long r6 = rows.offset(ordinals[at + 6 * N / 16]);
        long r7 = rows.offset(ordinals[at + 7 * N / 16]);
        FaultGuard.check(bytes, rows.rowBytes() - 1
                + Math.max(Math.max(Math.max(r0, r1), Math.max(r2, r3)), Math.max(Math.max(r4, r5), Math.max(r6, r7))));
        FaultGuard.MARK.getPlain(); // for the loads below, where the check is not inlined
        if (query.dimension == 0) {
            for (int turn = 0; turn < KernelDrill.TURNS; turn++) {
                // counted by the JVM
            }
            return;
        }
        r0 = (base + r0) & MASK;
        r1 = (base + r1 + 4 * N % 64) & MASK;
        r2 = (base + r2 + 8 * N % 64) & MASK;
        r3 = (base + r3 + 12 * N % 64) & MASK;
        r4 = (base + r4 + 16 * N % 64) & MASK;
        r5 = (base + r5 + 20 * N % 64) & MASK;
        r6 = (base + r6 + 24 * N % 64) & MASK;
        r7 = (base + r7 + 28 * N % 64) & MASK;
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
            a0 = u.fma(FloatVector.fromMemorySegment(S, ALL, r0 + 4L * i, LITTLE_ENDIAN), a0);
            a1 = v.fma(FloatVector.fromMemorySegment(S, ALL, r1 + 4L * i, LITTLE_ENDIAN), a1);
            a2 = w.fma(FloatVector.fromMemorySegment(S, ALL, r2 + 4L * i, LITTLE_ENDIAN), a2);
            a3 = z.fma(FloatVector.fromMemorySegment(S, ALL, r3 + 4L * i, LITTLE_ENDIAN), a3);
            a4 = u.fma(FloatVector.fromMemorySegment(S, ALL, r4 + 4L * i, LITTLE_ENDIAN), a4);
            a5 = v.fma(FloatVector.fromMemorySegment(S, ALL, r5 + 4L * i, LITTLE_ENDIAN), a5);
            a6 = w.fma(FloatVector.fromMemorySegment(S, ALL, r6 + 4L * i, LITTLE_ENDIAN), a6);
            a7 = z.fma(FloatVector.fromMemorySegment(S, ALL, r7 + 4L * i, LITTLE_ENDIAN), a7);
        }
        if (whole < query.dimension) {
            int t = query.tailStart();
            float[] m = query.tail;
            FloatVector u = FloatVector.fromArray(S, m, 0);
            FloatVector v = N < 16 ? FloatVector.fromArray(S, m, N) : u;
            FloatVector w = N < 8 ? FloatVector.fromArray(S, m, 8) : u;
            FloatVector z = N < 8 ? FloatVector.fromArray(S, m, 12) : v;
            a0 = u.fma(FloatVector.fromMemorySegment(S, ALL, r0 + 4L * t, LITTLE_ENDIAN), a0);
            a1 = v.fma(FloatVector.fromMemorySegment(S, ALL, r1 + 4L * t, LITTLE_ENDIAN), a1);
            a2 = w.fma(FloatVector.fromMemorySegment(S, ALL, r2 + 4L * t, LITTLE_ENDIAN), a2);
            a3 = z.fma(FloatVector.fromMemorySegment(S, ALL, r3 + 4L * t, LITTLE_ENDIAN), a3);
            a4 = u.fma(FloatVector.fromMemorySegment(S, ALL, r4 + 4L * t, LITTLE_ENDIAN), a4);
            a5 = v.fma(FloatVector.fromMemorySegment(S, ALL, r5 + 4L * t, LITTLE_ENDIAN), a5);
            a6 = w.fma(FloatVector.fromMemorySegment(S, ALL, r6 + 4L * t, LITTLE_ENDIAN), a6);
            a7 = z.fma(FloatVector.fromMemorySegment(S, ALL, r7 + 4L * t, LITTLE_ENDIAN), a7);
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

    /// Squared distances of the query to these rows, as [#dot].
    static void squaredL2(QueryBlock query, RowBlock rows, int[] ordinals, int at, float[] lanes) {
        MemorySegment bytes = rows.bytes();
        long base = bytes.address();
        long r0 = rows.offset(ordinals[at]);
        long r1 = rows.offset(ordinals[at + 1 * N / 16]);
        long r2 = rows.offset(ordinals[at + 2 * N / 16]);
        long r3 = rows.offset(ordinals[at + 3 * N / 16]);
        long r4 = rows.offset(ordinals[at + 4 * N / 16]);
        long r5 = rows.offset(ordinals[at + 5 * N / 16]);
        long r6 = rows.offset(ordinals[at + 6 * N / 16]);
        long r7 = rows.offset(ordinals[at + 7 * N / 16]);
        FaultGuard.check(bytes, rows.rowBytes() - 1
                + Math.max(Math.max(Math.max(r0, r1), Math.max(r2, r3)), Math.max(Math.max(r4, r5), Math.max(r6, r7))));
        FaultGuard.MARK.getPlain(); // for the loads below, where the check is not inlined
        if (query.dimension == 0) {
            for (int turn = 0; turn < KernelDrill.TURNS; turn++) {
                // counted by the JVM
            }
            return;
        }
        r0 = (base + r0) & MASK;
        r1 = (base + r1 + 4 * N % 64) & MASK;
        r2 = (base + r2 + 8 * N % 64) & MASK;
        r3 = (base + r3 + 12 * N % 64) & MASK;
        r4 = (base + r4 + 16 * N % 64) & MASK;
        r5 = (base + r5 + 20 * N % 64) & MASK;
        r6 = (base + r6 + 24 * N % 64) & MASK;
        r7 = (base + r7 + 28 * N % 64) & MASK;
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
            FloatVector x = u.sub(FloatVector.fromMemorySegment(S, ALL, r0 + 4L * i, LITTLE_ENDIAN));
            a0 = x.fma(x, a0);
            x = v.sub(FloatVector.fromMemorySegment(S, ALL, r1 + 4L * i, LITTLE_ENDIAN));
            a1 = x.fma(x, a1);
            x = w.sub(FloatVector.fromMemorySegment(S, ALL, r2 + 4L * i, LITTLE_ENDIAN));
            a2 = x.fma(x, a2);
            x = z.sub(FloatVector.fromMemorySegment(S, ALL, r3 + 4L * i, LITTLE_ENDIAN));
            a3 = x.fma(x, a3);
            x = u.sub(FloatVector.fromMemorySegment(S, ALL, r4 + 4L * i, LITTLE_ENDIAN));
            a4 = x.fma(x, a4);
            x = v.sub(FloatVector.fromMemorySegment(S, ALL, r5 + 4L * i, LITTLE_ENDIAN));
            a5 = x.fma(x, a5);
            x = w.sub(FloatVector.fromMemorySegment(S, ALL, r6 + 4L * i, LITTLE_ENDIAN));
            a6 = x.fma(x, a6);
            x = z.sub(FloatVector.fromMemorySegment(S, ALL, r7 + 4L * i, LITTLE_ENDIAN));
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
            FloatVector x = u.sub(FloatVector.fromMemorySegment(S, ALL, r0 + 4L * t, LITTLE_ENDIAN)).mul(mu);
            a0 = x.fma(x, a0);
            x = v.sub(FloatVector.fromMemorySegment(S, ALL, r1 + 4L * t, LITTLE_ENDIAN)).mul(mv);
            a1 = x.fma(x, a1);
            x = w.sub(FloatVector.fromMemorySegment(S, ALL, r2 + 4L * t, LITTLE_ENDIAN)).mul(mw);
            a2 = x.fma(x, a2);
            x = z.sub(FloatVector.fromMemorySegment(S, ALL, r3 + 4L * t, LITTLE_ENDIAN)).mul(mz);
            a3 = x.fma(x, a3);
            x = u.sub(FloatVector.fromMemorySegment(S, ALL, r4 + 4L * t, LITTLE_ENDIAN)).mul(mu);
            a4 = x.fma(x, a4);
            x = v.sub(FloatVector.fromMemorySegment(S, ALL, r5 + 4L * t, LITTLE_ENDIAN)).mul(mv);
            a5 = x.fma(x, a5);
            x = w.sub(FloatVector.fromMemorySegment(S, ALL, r6 + 4L * t, LITTLE_ENDIAN)).mul(mw);
            a6 = x.fma(x, a6);
            x = z.sub(FloatVector.fromMemorySegment(S, ALL, r7 + 4L * t, LITTLE_ENDIAN)).mul(mz);
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
