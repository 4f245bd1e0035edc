package dev.kith.core.pq;

import dev.kith.core.ListKernels;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Objects;

/// Codes of four or eight bits a component on a uniform grid that is symmetric about zero, one step width a vector: the
/// second, finer code of a row, read only for rows that a first, coarse code could not rule out. The step is chosen for the
/// smallest angle between the vector and what the code stands for, as in extended RaBitQ (Gao and others 2025); its length is
/// left to a factor of the caller, so grid points are in units of the step: odd halves, `code + 1/2`.
///
/// | bits | a row's bytes |
/// |---|---|
/// | 8 | byte `i`: signed code of component `i`, grid point `code + 1/2` |
/// | 4 | byte `i`: component `i` in the low half, `i + dimension / 2` in the high; grid point `code - 7.5` |
///
/// @param bits 4 or 8
/// @param dimension components, a multiple of 32
public record ScalarCodes(int bits, int dimension) {
    private static final int STEPS = 12;

    /// Checks the ranges.
    public ScalarCodes {
        if (bits != 4 && bits != 8) {
            throw new IllegalArgumentException("bits must be 4 or 8, was " + bits);
        }
        if (dimension < 32 || dimension % 32 != 0) {
            throw new IllegalArgumentException("dimension must be a multiple of 32, was " + dimension);
        }
    }

    /// Bytes of a row's code.
    public int codeBytes() {
        return dimension * bits / 8;
    }

    /// Encodes `row[from ..]` into `codes[to ..]` and writes the grid points to `points[0 .. dimension)`.
    public void encode(float[] row, int from, byte[] codes, int to, float[] points) {
        float largest = 0;
        for (int i = 0; i < dimension; i++) {
            largest = Math.max(largest, Math.abs(row[from + i]));
        }
        float step = largest > 0 ? bestStep(row, from, largest) : 1f;
        for (int i = 0; i < dimension; i++) {
            points[i] = point(row[from + i] / step);
        }
        for (int i = 0; i < codeBytes(); i++) {
            codes[to + i] = bits == 8
                    ? (byte) Math.round(points[i] - 0.5f)
                    : (byte) (Math.round(points[i] + 7.5f) | Math.round(points[i + dimension / 2] + 7.5f) << 4);
        }
    }

    private float point(float x) {
        float limit = (1 << bits - 1) - 0.5f;
        return Math.clamp((float) Math.floor(x) + 0.5f, -limit, limit);
    }

    /// Clipping the largest components often leaves a smaller angle than covering them.
    private float bestStep(float[] row, int from, float largest) {
        float covering = largest / (1 << bits - 1);
        float best = covering;
        double bestCosine = -1;
        for (int t = 0; t < STEPS; t++) {
            float step = covering * (1f - t * (bits == 4 ? 0.06f : 0.03f));
            double dot = 0;
            double norm = 0;
            for (int i = 0; i < dimension; i++) {
                float p = point(row[from + i] / step);
                dot += p * row[from + i];
                norm += p * p;
            }
            double cosine = dot / Math.sqrt(norm);
            if (cosine > bestCosine) {
                bestCosine = cosine;
                best = step;
            }
        }
        return best;
    }

    /// Inner product of a query with the grid points of the code at byte `at`.
    ///
    /// @param query [#dimension()] components
    /// @param querySum their sum
    /// @param codes native memory
    public float dot(float[] query, float querySum, MemorySegment codes, long at) {
        Objects.checkFromIndexSize(0, dimension, query.length);
        Objects.checkFromIndexSize(at, codeBytes(), codes.byteSize());
        float dot = ListKernels.simd()
                ? bits == 8
                        ? SimdScalarCodes.dot8(query, dimension, codes, at)
                        : SimdScalarCodes.dot4(query, dimension, codes, at)
                : scalarDot(query, codes, at);
        return Math.fma(querySum, bits == 8 ? 0.5f : -7.5f, dot);
    }

    /// The scalar twin, over plain code values.
    float scalarDot(float[] query, MemorySegment codes, long at) {
        float sum = 0;
        int half = dimension / 2;
        for (int i = 0; i < codeBytes(); i++) {
            int b = codes.get(ValueLayout.JAVA_BYTE, at + i);
            if (bits == 8) {
                sum = Math.fma(query[i], b, sum);
            } else {
                sum = Math.fma(query[i], b & 15, sum);
                sum = Math.fma(query[half + i], b >>> 4 & 15, sum);
            }
        }
        return sum;
    }
}
