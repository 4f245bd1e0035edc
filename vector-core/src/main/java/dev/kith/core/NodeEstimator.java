package dev.kith.core;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;

/// Estimates the distances from one query to vectors coded by [NodeCodes]. Not thread-safe; made once, used for many queries,
/// allocates nothing after construction.
///
/// The query is rounded to integers of eight bits, so that all sums are of integers: SIMD of any width and the scalar twin
/// give the same bits.
public final class NodeEstimator {
    private static final int LIMIT = 127;
    /// Added to a float of small magnitude, leaves its nearest integer in the low bits.
    static final float ROUND = 0x1.8p23f;
    static final int ROUND_BITS = Float.floatToRawIntBits(ROUND);

    private final NodeCodes codes;
    final int codeBytes;
    final int bits;
    private final float[] rotatedCentre;
    private final float[] components;
    private final int[] integers;
    private final float[] squares = new float[QueryBlock.LANES];
    private final float[] largest = new float[QueryBlock.LANES];
    /// Part `p` holds the components `p`, `p + parts`, ...: what stands at one place of a 16-bit lane of a code.
    final short[][] parts;
    /// On the way to four parts.
    private final short[] even;
    private final short[] odd;
    private int sum;
    private float step;
    private float constant;
    private boolean simd;
    private long touched;

    NodeEstimator(NodeCodes codes, float[] rotatedCentre) {
        this.codes = codes;
        this.codeBytes = codes.codeBytes();
        this.bits = codes.bits();
        this.rotatedCentre = rotatedCentre;
        this.components = new float[rotatedCentre.length];
        this.integers = new int[rotatedCentre.length];
        this.parts = new short[codes.perLane()][codeBytes / 2];
        this.even = new short[parts.length == 4 ? components.length / 2 : 0];
        this.odd = even.clone();
    }

    /// Takes a query, which must have been rotated for the same metric, dimension and seed.
    public void query(RotatedQuery query) {
        if (query.components.length != components.length) {
            throw new IllegalArgumentException(
                    "query has " + query.components.length + " rotated components, the codes have " + components.length);
        }
        simd = query.simd;
        boolean wide = simd && QueryKernels.available();
        boolean centred = codes.metric() != Metric.INNER_PRODUCT;
        if (wide && centred) {
            QueryKernels.centre(query.components, rotatedCentre, components, squares, largest);
        } else {
            take(query.components, centred);
        }
        float all = QueryBlock.sum(squares);
        constant = switch (codes.metric()) {
            case SQUARED_L2 -> all;
            case COSINE -> all / 2;
            case INNER_PRODUCT -> -all;
        };
        float max = 0;
        for (float x : largest) {
            max = Math.max(max, x);
        }
        step = max / LIMIT;
        float inverse = step > 0 && Float.isFinite(1 / step) ? 1 / step : 0;
        if (wide && parts.length == 2) {
            sum = QueryKernels.round(components, inverse, parts[0], parts[1]);
        } else if (wide && parts.length == 4) {
            sum = QueryKernels.round(components, inverse, even, odd);
            QueryKernels.split(even, parts[0], parts[2]);
            QueryKernels.split(odd, parts[1], parts[3]);
        } else {
            round(inverse);
        }
    }

    /// In lanes, or each sum would wait for the one before.
    private void take(float[] query, boolean centred) {
        Arrays.fill(squares, 0);
        Arrays.fill(largest, 0);
        for (int i = 0; i < components.length; i += QueryBlock.LANES) {
            for (int j = 0; j < QueryBlock.LANES; j++) {
                float q = query[i + j];
                float x = centred ? q - rotatedCentre[i + j] : q;
                float size = Math.abs(x);
                components[i + j] = x;
                squares[j] += x * (centred ? x : rotatedCentre[i + j]);
                largest[j] = size > largest[j] ? size : largest[j];
            }
        }
    }

    private void round(float inverse) {
        int total = 0;
        for (int i = 0; i < components.length; i++) {
            int rounded = Float.floatToRawIntBits(components[i] * inverse + ROUND) - ROUND_BITS;
            integers[i] = rounded;
            total += rounded;
        }
        sum = total;
        int count = parts.length;
        for (int p = 0; p < count; p++) {
            short[] part = parts[p];
            for (int i = p, to = 0; i < integers.length; i += count) {
                part[to++] = (short) integers[i];
            }
        }
    }

    /// The estimated distance to the vector whose code stands at `offset`.
    public float distance(MemorySegment rows, long offset) {
        return simd ? NodeKernels.distance(rows, offset, this) : scalarDistance(rows, offset);
    }

    /// Estimated distances to many: the code of `ordinals[i]` stands at `first + strideBytes * ordinals[i]`.
    public void distances(MemorySegment rows, long first, long strideBytes, int[] ordinals, int count, float[] distances) {
        if (simd) {
            long t = 0;
            for (int i = 0; i < count; i++) {
                t += NodeKernels.touch(rows, first + strideBytes * ordinals[i], codeBytes + 8);
            }
            touched += t;
        }
        for (int i = 0; i < count; i++) {
            distances[i] = distance(rows, first + strideBytes * ordinals[i]);
        }
    }

    /// Begins to load bytes that will be needed soon: one load a cache line, whose results nothing waits for.
    public void touch(MemorySegment rows, long offset, long bytes) {
        if (simd) {
            touched += NodeKernels.touch(rows, offset, bytes);
        }
    }

    float scalarDistance(MemorySegment rows, long offset) {
        int dot = 0;
        for (int i = 0; i < codeBytes / 2; i++) {
            int word = rows.get(VectorKernels.SHORT_LE, offset + 2L * i);
            if (bits == 8) {
                dot += (byte) word * parts[0][i] + (word >> 8) * parts[1][i];
            } else {
                for (int p = 0; p < parts.length; p++) {
                    dot += (word >> bits * p & (1 << bits) - 1) * parts[p][i];
                }
            }
        }
        return finish(dot, rows.get(VectorKernels.FLOAT_LE, offset + codeBytes),
                rows.get(VectorKernels.FLOAT_LE, offset + codeBytes + 4));
    }

    /// From the inner product of the integers to a distance.
    float finish(int dot, float a, float b) {
        float s = step * (bits == 8 ? dot : dot - codes.largestPoint() * sum);
        return Math.fma(b, s, a) + constant;
    }

    /// The query, rotated and, but under INNER_PRODUCT, relative to the centre. Read only.
    float[] components() {
        return components;
    }

    /// What is added to every estimate: the distance of the query to the centre.
    public float constant() {
        return constant;
    }

    boolean simd() {
        return simd;
    }

    /// So that no load of [#touch(MemorySegment, long, long)] is without a purpose.
    long touched() {
        return touched;
    }
}
