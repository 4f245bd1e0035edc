package dev.kith.core;

/// Scores rows of float32 against one query with [RawFloats]. Scratch of one scorer.
final class NarrowRows {
    private final RowBlock rows;
    private final boolean dots;
    private final float[] lanes = new float[RawFloats.ROWS * QueryBlock.LANES];
    private final int[] last = new int[RawFloats.ROWS];

    NarrowRows(RowBlock rows, boolean dots) {
        this.rows = rows;
        this.dots = dots;
    }

    /// Inner products or squared distances of the first `count` of `ordinals`.
    void score(QueryBlock query, int[] ordinals, int count, float[] out) {
        for (int from = 0; from < count; from += RawFloats.ROWS) {
            int n = Math.min(RawFloats.ROWS, count - from);
            if (n == 1) {
                long offset = rows.offset(ordinals[from]);
                out[from] = dots
                        ? SimdFloats.dot(query, rows.bytes(), offset, lanes)
                        : SimdFloats.squaredL2(query, rows.bytes(), offset, lanes);
                continue;
            }
            if (n == RawFloats.ROWS) {
                several(query, ordinals, from);
            } else {
                for (int i = 0; i < last.length; i++) {
                    last[i] = ordinals[from + Math.min(i, n - 1)];
                }
                several(query, last, 0);
            }
            for (int i = 0; i < n; i++) {
                out[from + i] = QueryBlock.sum(lanes, QueryBlock.LANES * i);
            }
        }
    }

    private void several(QueryBlock query, int[] ordinals, int at) {
        if (dots) {
            RawFloats.dot(query, rows, ordinals, at, lanes);
        } else {
            RawFloats.squaredL2(query, rows, ordinals, at, lanes);
        }
    }
}
