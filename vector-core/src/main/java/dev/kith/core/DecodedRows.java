package dev.kith.core;

import java.lang.foreign.MemorySegment;

/// Scores rows of bytes and halves against one query: decodes a few to floats, then sums them together. For queries of fractions beside bytes, and for
/// halves where [RawBfloat16] and [RawFloat16] do not run. Only where the kernels are SIMD; scratch of one scorer.
final class DecodedRows {
    private final RowBlock rows;
    private final VectorEncoding encoding;
    private final int dimension;
    private final boolean dots;
    private final float[] decoded;
    private final float[] lanes = new float[SimdArrays.ROWS * QueryBlock.LANES];
    private final boolean touches = RawMemory.available();
    private long touched;

    DecodedRows(RowBlock rows, VectorEncoding encoding, int dimension, boolean dots) {
        this.rows = rows;
        this.encoding = encoding;
        this.dimension = dimension;
        this.dots = dots;
        this.decoded = new float[Math.multiplyExact(SimdArrays.ROWS, dimension)];
    }

    /// Inner products or squared distances of the first `count` of `ordinals`.
    void score(QueryBlock query, int[] ordinals, int count, float[] out) {
        for (int from = 0; from < count; from += SimdArrays.ROWS) {
            int n = Math.min(SimdArrays.ROWS, count - from);
            if (touches && n > 1) { // their lines are then under way together
                for (int i = 0; i < n; i++) {
                    touched += NodeKernels.touch(rows.bytes(), rows.offset(ordinals[from + i]), rows.rowBytes());
                }
            }
            for (int i = 0; i < n; i++) {
                decode(rows.bytes(), encoding, rows.offset(ordinals[from + i]), dimension, decoded, i * dimension);
            }
            if (n == 1) {
                out[from] = dots ? SimdArrays.dot(query, decoded, lanes) : SimdArrays.squaredL2(query, decoded, lanes);
                continue;
            }
            if (dots) { // of all rows there is room for; what the last had before does no harm
                SimdArrays.dots(query, decoded, lanes);
            } else {
                SimdArrays.squares(query, decoded, lanes);
            }
            for (int i = 0; i < n; i++) {
                out[from + i] = QueryBlock.sum(lanes, QueryBlock.LANES * i);
            }
        }
    }

    /// Writes the row at byte `offset` as floats to `to` from `at` on.
    static void decode(MemorySegment rows, VectorEncoding encoding, long offset, int dimension, float[] to, int at) {
        switch (encoding) {
            case BFLOAT16 -> SimdDecoder.bfloat16(rows, offset, dimension, to, at);
            case FLOAT16 -> SimdDecoder.float16(rows, offset, dimension, to, at);
            case INT8 -> SimdDecoder.bytes(rows, offset, dimension, to, at);
            case FLOAT32 -> throw new AssertionError("floats need no decoding");
        }
    }

    /// So that no touch is without a purpose.
    long touched() {
        return touched;
    }
}
