package dev.kith.core;

import static java.nio.ByteOrder.LITTLE_ENDIAN;
import static java.util.Objects.requireNonNull;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorShuffle;
import jdk.incubator.vector.VectorSpecies;

/// Kernels for 512-bit registers that load by address ([RawMemory] says why and what makes it safe): four rows at a time
/// share each load of the query, and their four sums come out of one transposed reduction.
///
/// Each kernel begins with a [FaultGuard] for every row it walks, in the same method as the loads, and loads without a method
/// of its own for that.
final class RawKernels {
    private static final VectorSpecies<Float> S = FloatVector.SPECIES_512;
    private static final MemorySegment ALL = requireNonNull(RawMemory.ALL);
    private static final long MASK = RawMemory.MASK;

    private static final VectorMask<Float> ODD = VectorMask.fromLong(S, 0xAAAA);
    private static final VectorMask<Float> UPPER_PAIR = VectorMask.fromLong(S, 0xCCCC);
    private static final VectorShuffle<Float> SWAP_1 = VectorShuffle.fromOp(S, i -> i ^ 1);
    private static final VectorShuffle<Float> SWAP_2 = VectorShuffle.fromOp(S, i -> i ^ 2);
    private static final VectorShuffle<Float> SWAP_8 = VectorShuffle.fromOp(S, i -> i ^ 8);
    private static final VectorShuffle<Float> SWAP_4 = VectorShuffle.fromOp(S, i -> i ^ 4);

    private RawKernels() {}

    /// Inner products of the query with the rows `ordinals[at .. at + 4)`; ordinals past `last` repeat that of `last`.
    static void dot4(QueryBlock query, RowBlock rows, int[] ordinals, int at, int last, float[] out) {
        MemorySegment bytes = rows.bytes();
        long end = rows.rowBytes() - 1;
        long base = bytes.address();
        long r0 = rows.offset(ordinals[at]);
        long r1 = rows.offset(ordinals[Math.min(at + 1, last)]);
        long r2 = rows.offset(ordinals[Math.min(at + 2, last)]);
        long r3 = rows.offset(ordinals[Math.min(at + 3, last)]);
        FaultGuard.check(bytes, r0 + end, r1 + end, r2 + end, r3 + end);
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
        sum4(x, y, z, w, out, at);
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
        FaultGuard.check(bytes, r0 + end, r1 + end, r2 + end, r3 + end);
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
        sum4(x, y, z, w, out, at);
    }

    /// Inner product of the query with one row; `lanes` is scratch of [QueryBlock#LANES] floats.
    static float dot1(QueryBlock query, RowBlock rows, int ordinal, float[] lanes) {
        long at = rows.offset(ordinal);
        long last = at + rows.rowBytes() - 1;
        FaultGuard.check(rows.bytes(), last, last);
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
        long last = at + rows.rowBytes() - 1;
        FaultGuard.check(rows.bytes(), last, last);
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

    /// The sums of four registers' lanes, in the order of [QueryBlock#sum(float[])], by transposing as it adds.
    private static void sum4(FloatVector x, FloatVector y, FloatVector z, FloatVector w, float[] out, int at) {
        FloatVector a = x.blend(y, ODD).add(y.blend(x, ODD).rearrange(SWAP_1));
        FloatVector b = z.blend(w, ODD).add(w.blend(z, ODD).rearrange(SWAP_1));
        FloatVector c = a.blend(b, UPPER_PAIR).add(b.blend(a, UPPER_PAIR).rearrange(SWAP_2));
        c = c.add(c.rearrange(SWAP_8));
        c = c.add(c.rearrange(SWAP_4));
        ((FloatVector) c.castShape(FloatVector.SPECIES_128, 0)).intoArray(out, at);
    }
}
