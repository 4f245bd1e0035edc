package dev.kith.core;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/// Kernels over rows of float32 for any vector width of 128 bits or more, one row at a time, with every access checked: what runs where
/// registers are narrower than 512 bits or native access is denied. [QueryBlock#LANES] lanes are one, two or four registers. All is written out, as in
/// [RawKernels]: what C2 leaves out of line puts its registers on the heap.
final class SimdFloats {
    /// Registers of no more than [QueryBlock#LANES] lanes.
    static final VectorSpecies<Float> S = FloatVector.SPECIES_PREFERRED.length() > QueryBlock.LANES
            ? FloatVector.SPECIES_512
            : FloatVector.SPECIES_PREFERRED;
    private static final int N = S.length();

    private SimdFloats() {}

    /// Width of the registers, in bits.
    static int bits() {
        return S.vectorBitSize();
    }

    static float dot(QueryBlock query, MemorySegment rows, long offset, float[] lanes) {
        FaultGuard.check(rows, offset, offset + 4L * query.dimension - 1);
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
            long at = offset + 4L * i;
            a = FloatVector.fromArray(S, q, i).fma(FloatVector.fromMemorySegment(S, rows, at, LITTLE_ENDIAN), a);
            if (N <= 8) {
                b = FloatVector.fromArray(S, q, i + N).fma(FloatVector.fromMemorySegment(S, rows, at + 4L * N, LITTLE_ENDIAN), b);
            }
            if (N == 4) {
                c = FloatVector.fromArray(S, q, i + 8).fma(FloatVector.fromMemorySegment(S, rows, at + 32, LITTLE_ENDIAN), c);
                d = FloatVector.fromArray(S, q, i + 12).fma(FloatVector.fromMemorySegment(S, rows, at + 48, LITTLE_ENDIAN), d);
            }
        }
        if (query.whole < query.dimension) {
            long at = offset + 4L * query.tailStart();
            float[] t = query.tail;
            a = FloatVector.fromArray(S, t, 0).fma(FloatVector.fromMemorySegment(S, rows, at, LITTLE_ENDIAN), a);
            if (N <= 8) {
                b = FloatVector.fromArray(S, t, N).fma(FloatVector.fromMemorySegment(S, rows, at + 4L * N, LITTLE_ENDIAN), b);
            }
            if (N == 4) {
                c = FloatVector.fromArray(S, t, 8).fma(FloatVector.fromMemorySegment(S, rows, at + 32, LITTLE_ENDIAN), c);
                d = FloatVector.fromArray(S, t, 12).fma(FloatVector.fromMemorySegment(S, rows, at + 48, LITTLE_ENDIAN), d);
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

    static float squaredL2(QueryBlock query, MemorySegment rows, long offset, float[] lanes) {
        FaultGuard.check(rows, offset, offset + 4L * query.dimension - 1);
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
            long at = offset + 4L * i;
            FloatVector x = FloatVector.fromArray(S, q, i).sub(FloatVector.fromMemorySegment(S, rows, at, LITTLE_ENDIAN));
            a = x.fma(x, a);
            if (N <= 8) {
                x = FloatVector.fromArray(S, q, i + N).sub(FloatVector.fromMemorySegment(S, rows, at + 4L * N, LITTLE_ENDIAN));
                b = x.fma(x, b);
            }
            if (N == 4) {
                x = FloatVector.fromArray(S, q, i + 8).sub(FloatVector.fromMemorySegment(S, rows, at + 32, LITTLE_ENDIAN));
                c = x.fma(x, c);
                x = FloatVector.fromArray(S, q, i + 12).sub(FloatVector.fromMemorySegment(S, rows, at + 48, LITTLE_ENDIAN));
                d = x.fma(x, d);
            }
        }
        if (query.whole < query.dimension) {
            int s = query.tailStart();
            long at = offset + 4L * s;
            float[] m = query.tailMask;
            FloatVector x = FloatVector.fromArray(S, q, s).sub(FloatVector.fromMemorySegment(S, rows, at, LITTLE_ENDIAN))
                    .mul(FloatVector.fromArray(S, m, 0));
            a = x.fma(x, a);
            if (N <= 8) {
                x = FloatVector.fromArray(S, q, s + N).sub(FloatVector.fromMemorySegment(S, rows, at + 4L * N, LITTLE_ENDIAN))
                        .mul(FloatVector.fromArray(S, m, N));
                b = x.fma(x, b);
            }
            if (N == 4) {
                x = FloatVector.fromArray(S, q, s + 8).sub(FloatVector.fromMemorySegment(S, rows, at + 32, LITTLE_ENDIAN))
                        .mul(FloatVector.fromArray(S, m, 8));
                c = x.fma(x, c);
                x = FloatVector.fromArray(S, q, s + 12).sub(FloatVector.fromMemorySegment(S, rows, at + 48, LITTLE_ENDIAN))
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
}
