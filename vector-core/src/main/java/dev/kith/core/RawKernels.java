package dev.kith.core;

import static java.nio.ByteOrder.LITTLE_ENDIAN;
import static java.util.Objects.requireNonNull;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorShuffle;
import jdk.incubator.vector.VectorSpecies;

/// Kernels for 512-bit registers that load by address ([RawMemory] says why and what makes it safe): eight rows
/// or four share each load of the query, and their sums come out of one transposed reduction.
///
/// Each kernel begins with one checked read, in the row furthest on. It belongs in the same method as the loads: the JVM
/// survives a fault in compiled code only if that very code contains a plain memory access. A query of no components is for [KernelDrill]:
/// nothing is computed.
final class RawKernels {
    private static final VectorSpecies<Float> S = FloatVector.SPECIES_512;
    private static final MemorySegment ALL = requireNonNull(RawMemory.ALL);
    private static final long MASK = RawMemory.MASK;

    private static final VectorMask<Float> ODD = VectorMask.fromLong(S, 0xAAAA);
    private static final VectorMask<Float> UPPER_PAIR = VectorMask.fromLong(S, 0xCCCC);
    private static final VectorMask<Float> UPPER_HALF = VectorMask.fromLong(S, 0xFF00);
    private static final VectorShuffle<Float> SWAP_1 = VectorShuffle.fromOp(S, i -> i ^ 1);
    private static final VectorShuffle<Float> SWAP_2 = VectorShuffle.fromOp(S, i -> i ^ 2);
    private static final VectorShuffle<Float> SWAP_8 = VectorShuffle.fromOp(S, i -> i ^ 8);
    private static final VectorShuffle<Float> SWAP_4 = VectorShuffle.fromOp(S, i -> i ^ 4);

    /// Of four groups of four lanes, the first and the third in the lower half.
    private static final VectorShuffle<Float> FIRST_AND_THIRD = VectorShuffle.fromOp(S, i -> (i & 3) + 2 * (i & 4) & 15);

    private RawKernels() {}

    /// Inner products of the query with the rows `ordinals[at ..< at + 8]`. Eight rows in the making leave the processor twice as many lines to wait
    /// for as four do, and twice as many sums that do not wait for each other.
    static void dot8(QueryBlock query, RowBlock rows, int[] ordinals, int at, float[] out) {
        MemorySegment bytes = rows.bytes();
        long end = rows.rowBytes() - 1;
        long base = bytes.address();
        long r0 = rows.offset(ordinals[at]);
        long r1 = rows.offset(ordinals[at + 1]);
        long r2 = rows.offset(ordinals[at + 2]);
        long r3 = rows.offset(ordinals[at + 3]);
        long r4 = rows.offset(ordinals[at + 4]);
        long r5 = rows.offset(ordinals[at + 5]);
        long r6 = rows.offset(ordinals[at + 6]);
        long r7 = rows.offset(ordinals[at + 7]);
        FaultGuard.check(bytes,
                end + Math.max(Math.max(Math.max(r0, r1), Math.max(r2, r3)), Math.max(Math.max(r4, r5), Math.max(r6, r7))));
        FaultGuard.MARK.getPlain(); // for the loads below, where the check is not inlined
        if (query.dimension == 0) {
            for (int turn = 0; turn < KernelDrill.TURNS; turn++) {
                // counted by the JVM
            }
            return;
        }
        r0 = (base + r0) & MASK;
        r1 = (base + r1) & MASK;
        r2 = (base + r2) & MASK;
        r3 = (base + r3) & MASK;
        r4 = (base + r4) & MASK;
        r5 = (base + r5) & MASK;
        r6 = (base + r6) & MASK;
        r7 = (base + r7) & MASK;
        float[] q = query.components;
        int whole = query.whole;
        FloatVector x0 = FloatVector.zero(S);
        FloatVector x1 = x0;
        FloatVector x2 = x0;
        FloatVector x3 = x0;
        FloatVector x4 = x0;
        FloatVector x5 = x0;
        FloatVector x6 = x0;
        FloatVector x7 = x0;
        for (int i = 0; i < whole; i += 16) {
            FloatVector u = FloatVector.fromArray(S, q, i);
            x0 = u.fma(FloatVector.fromMemorySegment(S, ALL, r0 + 4L * i, LITTLE_ENDIAN), x0);
            x1 = u.fma(FloatVector.fromMemorySegment(S, ALL, r1 + 4L * i, LITTLE_ENDIAN), x1);
            x2 = u.fma(FloatVector.fromMemorySegment(S, ALL, r2 + 4L * i, LITTLE_ENDIAN), x2);
            x3 = u.fma(FloatVector.fromMemorySegment(S, ALL, r3 + 4L * i, LITTLE_ENDIAN), x3);
            x4 = u.fma(FloatVector.fromMemorySegment(S, ALL, r4 + 4L * i, LITTLE_ENDIAN), x4);
            x5 = u.fma(FloatVector.fromMemorySegment(S, ALL, r5 + 4L * i, LITTLE_ENDIAN), x5);
            x6 = u.fma(FloatVector.fromMemorySegment(S, ALL, r6 + 4L * i, LITTLE_ENDIAN), x6);
            x7 = u.fma(FloatVector.fromMemorySegment(S, ALL, r7 + 4L * i, LITTLE_ENDIAN), x7);
        }
        if (whole < query.dimension) {
            FloatVector u = FloatVector.fromArray(S, query.tail, 0);
            long t = 4L * query.tailStart();
            x0 = u.fma(FloatVector.fromMemorySegment(S, ALL, r0 + t, LITTLE_ENDIAN), x0);
            x1 = u.fma(FloatVector.fromMemorySegment(S, ALL, r1 + t, LITTLE_ENDIAN), x1);
            x2 = u.fma(FloatVector.fromMemorySegment(S, ALL, r2 + t, LITTLE_ENDIAN), x2);
            x3 = u.fma(FloatVector.fromMemorySegment(S, ALL, r3 + t, LITTLE_ENDIAN), x3);
            x4 = u.fma(FloatVector.fromMemorySegment(S, ALL, r4 + t, LITTLE_ENDIAN), x4);
            x5 = u.fma(FloatVector.fromMemorySegment(S, ALL, r5 + t, LITTLE_ENDIAN), x5);
            x6 = u.fma(FloatVector.fromMemorySegment(S, ALL, r6 + t, LITTLE_ENDIAN), x6);
            x7 = u.fma(FloatVector.fromMemorySegment(S, ALL, r7 + t, LITTLE_ENDIAN), x7);
        }
        FloatVector a = x0.blend(x1, ODD).add(x1.blend(x0, ODD).rearrange(SWAP_1));
        FloatVector b = x2.blend(x3, ODD).add(x3.blend(x2, ODD).rearrange(SWAP_1));
        FloatVector c = a.blend(b, UPPER_PAIR).add(b.blend(a, UPPER_PAIR).rearrange(SWAP_2));
        a = x4.blend(x5, ODD).add(x5.blend(x4, ODD).rearrange(SWAP_1));
        b = x6.blend(x7, ODD).add(x7.blend(x6, ODD).rearrange(SWAP_1));
        FloatVector d = a.blend(b, UPPER_PAIR).add(b.blend(a, UPPER_PAIR).rearrange(SWAP_2));
        c = c.blend(d, UPPER_HALF).add(d.blend(c, UPPER_HALF).rearrange(SWAP_8));
        c = c.add(c.rearrange(SWAP_4)).rearrange(FIRST_AND_THIRD);
        ((FloatVector) c.castShape(FloatVector.SPECIES_256, 0)).intoArray(out, at);
    }

    /// Squared distances of the query to eight rows, as [#dot8].
    static void squaredL2x8(QueryBlock query, RowBlock rows, int[] ordinals, int at, float[] out) {
        MemorySegment bytes = rows.bytes();
        long end = rows.rowBytes() - 1;
        long base = bytes.address();
        long r0 = rows.offset(ordinals[at]);
        long r1 = rows.offset(ordinals[at + 1]);
        long r2 = rows.offset(ordinals[at + 2]);
        long r3 = rows.offset(ordinals[at + 3]);
        long r4 = rows.offset(ordinals[at + 4]);
        long r5 = rows.offset(ordinals[at + 5]);
        long r6 = rows.offset(ordinals[at + 6]);
        long r7 = rows.offset(ordinals[at + 7]);
        FaultGuard.check(bytes,
                end + Math.max(Math.max(Math.max(r0, r1), Math.max(r2, r3)), Math.max(Math.max(r4, r5), Math.max(r6, r7))));
        FaultGuard.MARK.getPlain(); // for the loads below, where the check is not inlined
        if (query.dimension == 0) {
            for (int turn = 0; turn < KernelDrill.TURNS; turn++) {
                // counted by the JVM
            }
            return;
        }
        r0 = (base + r0) & MASK;
        r1 = (base + r1) & MASK;
        r2 = (base + r2) & MASK;
        r3 = (base + r3) & MASK;
        r4 = (base + r4) & MASK;
        r5 = (base + r5) & MASK;
        r6 = (base + r6) & MASK;
        r7 = (base + r7) & MASK;
        float[] q = query.components;
        int whole = query.whole;
        FloatVector x0 = FloatVector.zero(S);
        FloatVector x1 = x0;
        FloatVector x2 = x0;
        FloatVector x3 = x0;
        FloatVector x4 = x0;
        FloatVector x5 = x0;
        FloatVector x6 = x0;
        FloatVector x7 = x0;
        for (int i = 0; i < whole; i += 16) {
            FloatVector u = FloatVector.fromArray(S, q, i);
            FloatVector a = u.sub(FloatVector.fromMemorySegment(S, ALL, r0 + 4L * i, LITTLE_ENDIAN));
            x0 = a.fma(a, x0);
            a = u.sub(FloatVector.fromMemorySegment(S, ALL, r1 + 4L * i, LITTLE_ENDIAN));
            x1 = a.fma(a, x1);
            a = u.sub(FloatVector.fromMemorySegment(S, ALL, r2 + 4L * i, LITTLE_ENDIAN));
            x2 = a.fma(a, x2);
            a = u.sub(FloatVector.fromMemorySegment(S, ALL, r3 + 4L * i, LITTLE_ENDIAN));
            x3 = a.fma(a, x3);
            a = u.sub(FloatVector.fromMemorySegment(S, ALL, r4 + 4L * i, LITTLE_ENDIAN));
            x4 = a.fma(a, x4);
            a = u.sub(FloatVector.fromMemorySegment(S, ALL, r5 + 4L * i, LITTLE_ENDIAN));
            x5 = a.fma(a, x5);
            a = u.sub(FloatVector.fromMemorySegment(S, ALL, r6 + 4L * i, LITTLE_ENDIAN));
            x6 = a.fma(a, x6);
            a = u.sub(FloatVector.fromMemorySegment(S, ALL, r7 + 4L * i, LITTLE_ENDIAN));
            x7 = a.fma(a, x7);
        }
        if (whole < query.dimension) {
            FloatVector m = FloatVector.fromArray(S, query.tailMask, 0);
            FloatVector u = FloatVector.fromArray(S, q, query.tailStart());
            long t = 4L * query.tailStart();
            FloatVector a = u.sub(FloatVector.fromMemorySegment(S, ALL, r0 + t, LITTLE_ENDIAN)).mul(m);
            x0 = a.fma(a, x0);
            a = u.sub(FloatVector.fromMemorySegment(S, ALL, r1 + t, LITTLE_ENDIAN)).mul(m);
            x1 = a.fma(a, x1);
            a = u.sub(FloatVector.fromMemorySegment(S, ALL, r2 + t, LITTLE_ENDIAN)).mul(m);
            x2 = a.fma(a, x2);
            a = u.sub(FloatVector.fromMemorySegment(S, ALL, r3 + t, LITTLE_ENDIAN)).mul(m);
            x3 = a.fma(a, x3);
            a = u.sub(FloatVector.fromMemorySegment(S, ALL, r4 + t, LITTLE_ENDIAN)).mul(m);
            x4 = a.fma(a, x4);
            a = u.sub(FloatVector.fromMemorySegment(S, ALL, r5 + t, LITTLE_ENDIAN)).mul(m);
            x5 = a.fma(a, x5);
            a = u.sub(FloatVector.fromMemorySegment(S, ALL, r6 + t, LITTLE_ENDIAN)).mul(m);
            x6 = a.fma(a, x6);
            a = u.sub(FloatVector.fromMemorySegment(S, ALL, r7 + t, LITTLE_ENDIAN)).mul(m);
            x7 = a.fma(a, x7);
        }
        FloatVector a = x0.blend(x1, ODD).add(x1.blend(x0, ODD).rearrange(SWAP_1));
        FloatVector b = x2.blend(x3, ODD).add(x3.blend(x2, ODD).rearrange(SWAP_1));
        FloatVector c = a.blend(b, UPPER_PAIR).add(b.blend(a, UPPER_PAIR).rearrange(SWAP_2));
        a = x4.blend(x5, ODD).add(x5.blend(x4, ODD).rearrange(SWAP_1));
        b = x6.blend(x7, ODD).add(x7.blend(x6, ODD).rearrange(SWAP_1));
        FloatVector d = a.blend(b, UPPER_PAIR).add(b.blend(a, UPPER_PAIR).rearrange(SWAP_2));
        c = c.blend(d, UPPER_HALF).add(d.blend(c, UPPER_HALF).rearrange(SWAP_8));
        c = c.add(c.rearrange(SWAP_4)).rearrange(FIRST_AND_THIRD);
        ((FloatVector) c.castShape(FloatVector.SPECIES_256, 0)).intoArray(out, at);
    }

    /// Inner products of the query with the rows `ordinals[at .. at + 4)`; ordinals past `last` repeat that of `last`.
    static void dot4(QueryBlock query, RowBlock rows, int[] ordinals, int at, int last, float[] out) {
        MemorySegment bytes = rows.bytes();
        long end = rows.rowBytes() - 1;
        long base = bytes.address();
        long r0 = rows.offset(ordinals[at]);
        long r1 = rows.offset(ordinals[Math.min(at + 1, last)]);
        long r2 = rows.offset(ordinals[Math.min(at + 2, last)]);
        long r3 = rows.offset(ordinals[Math.min(at + 3, last)]);
        FaultGuard.check(bytes, end + Math.max(Math.max(r0, r1), Math.max(r2, r3)));
        FaultGuard.MARK.getPlain(); // for the loads below, where the check is not inlined
        if (query.dimension == 0) {
            for (int turn = 0; turn < KernelDrill.TURNS; turn++) {
                // counted by the JVM
            }
            return;
        }
        r0 = (base + r0) & MASK;
        r1 = (base + r1) & MASK;
        r2 = (base + r2) & MASK;
        r3 = (base + r3) & MASK;
        float[] q = query.components;
        int whole = query.whole;
        FloatVector x = FloatVector.zero(S);
        FloatVector y = x;
        FloatVector z = x;
        FloatVector w = x;
        for (int i = 0; i < whole; i += 16) {
            FloatVector u = FloatVector.fromArray(S, q, i);
            x = u.fma(FloatVector.fromMemorySegment(S, ALL, r0 + 4L * i, LITTLE_ENDIAN), x);
            y = u.fma(FloatVector.fromMemorySegment(S, ALL, r1 + 4L * i, LITTLE_ENDIAN), y);
            z = u.fma(FloatVector.fromMemorySegment(S, ALL, r2 + 4L * i, LITTLE_ENDIAN), z);
            w = u.fma(FloatVector.fromMemorySegment(S, ALL, r3 + 4L * i, LITTLE_ENDIAN), w);
        }
        if (whole < query.dimension) {
            FloatVector u = FloatVector.fromArray(S, query.tail, 0);
            long t = 4L * query.tailStart();
            x = u.fma(FloatVector.fromMemorySegment(S, ALL, r0 + t, LITTLE_ENDIAN), x);
            y = u.fma(FloatVector.fromMemorySegment(S, ALL, r1 + t, LITTLE_ENDIAN), y);
            z = u.fma(FloatVector.fromMemorySegment(S, ALL, r2 + t, LITTLE_ENDIAN), z);
            w = u.fma(FloatVector.fromMemorySegment(S, ALL, r3 + t, LITTLE_ENDIAN), w);
        }
        // transposes as it adds, in the order of QueryBlock.sum; here and below, because a method of its own may be compiled before its
        // callers are, to more than C2 then inlines, and from there on every register would go through the heap
        FloatVector a = x.blend(y, ODD).add(y.blend(x, ODD).rearrange(SWAP_1));
        FloatVector b = z.blend(w, ODD).add(w.blend(z, ODD).rearrange(SWAP_1));
        FloatVector c = a.blend(b, UPPER_PAIR).add(b.blend(a, UPPER_PAIR).rearrange(SWAP_2));
        c = c.add(c.rearrange(SWAP_8));
        c = c.add(c.rearrange(SWAP_4));
        ((FloatVector) c.castShape(FloatVector.SPECIES_128, 0)).intoArray(out, at);
    }

    /// Squared distances of the query to four rows, as [#dot4].
    static void squaredL2x4(QueryBlock query, RowBlock rows, int[] ordinals, int at, int last, float[] out) {
        MemorySegment bytes = rows.bytes();
        long end = rows.rowBytes() - 1;
        long base = bytes.address();
        long r0 = rows.offset(ordinals[at]);
        long r1 = rows.offset(ordinals[Math.min(at + 1, last)]);
        long r2 = rows.offset(ordinals[Math.min(at + 2, last)]);
        long r3 = rows.offset(ordinals[Math.min(at + 3, last)]);
        FaultGuard.check(bytes, end + Math.max(Math.max(r0, r1), Math.max(r2, r3)));
        FaultGuard.MARK.getPlain(); // for the loads below, where the check is not inlined
        if (query.dimension == 0) {
            for (int turn = 0; turn < KernelDrill.TURNS; turn++) {
                // counted by the JVM
            }
            return;
        }
        r0 = (base + r0) & MASK;
        r1 = (base + r1) & MASK;
        r2 = (base + r2) & MASK;
        r3 = (base + r3) & MASK;
        float[] q = query.components;
        int whole = query.whole;
        FloatVector x = FloatVector.zero(S);
        FloatVector y = x;
        FloatVector z = x;
        FloatVector w = x;
        for (int i = 0; i < whole; i += 16) {
            FloatVector u = FloatVector.fromArray(S, q, i);
            FloatVector a = u.sub(FloatVector.fromMemorySegment(S, ALL, r0 + 4L * i, LITTLE_ENDIAN));
            FloatVector b = u.sub(FloatVector.fromMemorySegment(S, ALL, r1 + 4L * i, LITTLE_ENDIAN));
            FloatVector c = u.sub(FloatVector.fromMemorySegment(S, ALL, r2 + 4L * i, LITTLE_ENDIAN));
            FloatVector d = u.sub(FloatVector.fromMemorySegment(S, ALL, r3 + 4L * i, LITTLE_ENDIAN));
            x = a.fma(a, x);
            y = b.fma(b, y);
            z = c.fma(c, z);
            w = d.fma(d, w);
        }
        if (whole < query.dimension) {
            FloatVector m = FloatVector.fromArray(S, query.tailMask, 0);
            FloatVector u = FloatVector.fromArray(S, q, query.tailStart());
            long t = 4L * query.tailStart();
            FloatVector a = u.sub(FloatVector.fromMemorySegment(S, ALL, r0 + t, LITTLE_ENDIAN)).mul(m);
            FloatVector b = u.sub(FloatVector.fromMemorySegment(S, ALL, r1 + t, LITTLE_ENDIAN)).mul(m);
            FloatVector c = u.sub(FloatVector.fromMemorySegment(S, ALL, r2 + t, LITTLE_ENDIAN)).mul(m);
            FloatVector d = u.sub(FloatVector.fromMemorySegment(S, ALL, r3 + t, LITTLE_ENDIAN)).mul(m);
            x = a.fma(a, x);
            y = b.fma(b, y);
            z = c.fma(c, z);
            w = d.fma(d, w);
        }
        FloatVector a = x.blend(y, ODD).add(y.blend(x, ODD).rearrange(SWAP_1));
        FloatVector b = z.blend(w, ODD).add(w.blend(z, ODD).rearrange(SWAP_1));
        FloatVector c = a.blend(b, UPPER_PAIR).add(b.blend(a, UPPER_PAIR).rearrange(SWAP_2));
        c = c.add(c.rearrange(SWAP_8));
        c = c.add(c.rearrange(SWAP_4));
        ((FloatVector) c.castShape(FloatVector.SPECIES_128, 0)).intoArray(out, at);
    }

    /// Inner product of the query with one row; `lanes` is scratch of [QueryBlock#LANES] floats.
    static float dot1(QueryBlock query, RowBlock rows, int ordinal, float[] lanes) {
        long at = rows.offset(ordinal);
        FaultGuard.check(rows.bytes(), at + rows.rowBytes() - 1);
        if (query.dimension == 0) {
            for (int turn = 0; turn < KernelDrill.TURNS; turn++) {
                // counted by the JVM
            }
            return 0;
        }
        long row = (rows.bytes().address() + at) & MASK;
        float[] q = query.components;
        int whole = query.whole;
        FloatVector x = FloatVector.zero(S);
        for (int i = 0; i < whole; i += 16) {
            x = FloatVector.fromArray(S, q, i).fma(FloatVector.fromMemorySegment(S, ALL, row + 4L * i, LITTLE_ENDIAN), x);
        }
        if (whole < query.dimension) {
            x = FloatVector.fromArray(S, query.tail, 0)
                    .fma(FloatVector.fromMemorySegment(S, ALL, row + 4L * query.tailStart(), LITTLE_ENDIAN), x);
        }
        x.intoArray(lanes, 0);
        return QueryBlock.sum(lanes);
    }

    /// Squared distance of the query to one row, as [#dot1].
    static float squaredL2x1(QueryBlock query, RowBlock rows, int ordinal, float[] lanes) {
        long at = rows.offset(ordinal);
        FaultGuard.check(rows.bytes(), at + rows.rowBytes() - 1);
        if (query.dimension == 0) {
            for (int turn = 0; turn < KernelDrill.TURNS; turn++) {
                // counted by the JVM
            }
            return 0;
        }
        long row = (rows.bytes().address() + at) & MASK;
        float[] q = query.components;
        int whole = query.whole;
        FloatVector x = FloatVector.zero(S);
        for (int i = 0; i < whole; i += 16) {
            FloatVector a = FloatVector.fromArray(S, q, i)
                    .sub(FloatVector.fromMemorySegment(S, ALL, row + 4L * i, LITTLE_ENDIAN));
            x = a.fma(a, x);
        }
        if (whole < query.dimension) {
            FloatVector a = FloatVector.fromArray(S, q, query.tailStart())
                    .sub(FloatVector.fromMemorySegment(S, ALL, row + 4L * query.tailStart(), LITTLE_ENDIAN))
                    .mul(FloatVector.fromArray(S, query.tailMask, 0));
            x = a.fma(a, x);
        }
        x.intoArray(lanes, 0);
        return QueryBlock.sum(lanes);
    }
}
