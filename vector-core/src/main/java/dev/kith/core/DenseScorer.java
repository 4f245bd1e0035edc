package dev.kith.core;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Scores raw rows against one query with the kernels of this JVM. All kernels give the same bits.
final class DenseScorer implements PairScorer {
    private static final int RANGE_BLOCK = 64;

    private final DenseVectors vectors;
    private final RowBlock rows;
    private final QueryBlock query;
    private final float[] lanes = new float[QueryBlock.LANES];
    private final float[] row;
    private final float[] rest = new float[4];
    private final int[] range = new int[RANGE_BLOCK];
    private final float[] rangeDistances = new float[RANGE_BLOCK];
    private VectorKernels.Kind kind;
    /// Whether better kernels than [#kind] may become warm while this is used.
    private boolean warming;
    private float queryInverseNorm = 1f;
    /// For rows of bytes, else null.
    private final @Nullable ByteScorer bytes;
    /// Made when they are first needed.
    private @Nullable DecodedRows decoded;
    private @Nullable NarrowRows narrow;
    /// Whether the query is one for [#bytes].
    private boolean whole;

    DenseScorer(DenseVectors vectors, VectorKernels.Kind kind) {
        this.vectors = vectors;
        this.kind = kind(vectors, kind);
        this.rows = new RowBlock(vectors.rows(), vectors.count(), (long) vectors.dimension() * vectors.encoding().bytes(),
                vectors.strideBytes());
        this.query = new QueryBlock(vectors.dimension());
        this.row = new float[vectors.dimension()];
        this.bytes = vectors.encoding() == VectorEncoding.INT8
                ? new ByteScorer(rows, vectors.dimension(), vectors.metric() != Metric.SQUARED_L2)
                : null;
    }

    /// With the best kernels that are warm, asked again at each query: a build that begins with a cold JVM uses one scorer from
    /// its first node to its last.
    static DenseScorer warming(DenseVectors vectors) {
        VectorKernels.Kind current = VectorKernels.current(KernelGroup.of(vectors));
        DenseScorer scorer = new DenseScorer(vectors, current);
        scorer.warming = current != VectorKernels.best();
        return scorer;
    }

    private void takeWarmKernels() {
        VectorKernels.Kind current = VectorKernels.current(KernelGroup.of(vectors));
        kind = kind(vectors, current);
        warming = current != VectorKernels.best();
    }

    /// Short rows are not worth a register.
    private static VectorKernels.Kind kind(DenseVectors vectors, VectorKernels.Kind kind) {
        return vectors.dimension() < QueryBlock.LANES ? VectorKernels.Kind.SCALAR : kind;
    }

    /// Takes over what is in the query's components.
    private void set() {
        query.set();
        whole = bytes != null && bytes.query(query.components);
    }

    DenseScorer query(float[] components) {
        if (warming) {
            takeWarmKernels();
        }
        System.arraycopy(components, 0, query.components, 0, vectors.dimension());
        set();
        queryInverseNorm = vectors.metric() == Metric.COSINE
                ? ScalarKernels.inverseNorm(query.components, vectors.dimension())
                : 1f;
        return this;
    }

    @Override
    public void query(int ordinal) {
        if (warming) {
            takeWarmKernels();
        }
        VectorBytes.read(vectors.encoding(), vectors.rows(), vectors.rowOffset(ordinal), query.components, 0,
                vectors.dimension());
        set();
        queryInverseNorm = vectors.inverseNorm(ordinal);
    }

    @Override
    public boolean copyQuery(float[] target) {
        if (target.length != vectors.dimension()) {
            return false;
        }
        System.arraycopy(query.components, 0, target, 0, target.length);
        return true;
    }

    @Override
    public int size() {
        return vectors.count();
    }

    @Override
    public void score(int[] ordinals, int count, float[] distances) {
        Objects.checkFromIndexSize(0, count, Math.min(ordinals.length, distances.length));
        if (bytes != null) {
            scoreBytes(bytes, ordinals, count, distances);
        } else {
            switch (kind) {
                case SCALAR -> scoreScalar(ordinals, count, distances);
                case CHECKED -> scoreChecked(ordinals, count, distances);
                case RAW -> {
                    if (SimdFloats.bits() == 512) {
                        scoreRaw(ordinals, count, distances);
                    } else {
                        scoreNarrow(ordinals, count, distances);
                    }
                }
            }
        }
        finish(ordinals, count, distances);
    }

    @Override
    public void scoreRange(int firstOrdinal, int count, float[] distances) {
        Objects.checkFromIndexSize(firstOrdinal, count, vectors.count());
        Objects.checkFromIndexSize(0, count, distances.length);
        for (int done = 0; done < count; done += RANGE_BLOCK) {
            int n = Math.min(RANGE_BLOCK, count - done);
            for (int i = 0; i < n; i++) {
                range[i] = firstOrdinal + done + i;
            }
            score(range, n, rangeDistances);
            System.arraycopy(rangeDistances, 0, distances, done, n);
        }
    }

    private boolean dots() {
        return vectors.metric() != Metric.SQUARED_L2;
    }

    /// A query of whole numbers needs no floats.
    private void scoreBytes(ByteScorer bytes, int[] ordinals, int count, float[] out) {
        if (whole) {
            bytes.score(ordinals, count, out, kind != VectorKernels.Kind.SCALAR);
        } else if (kind == VectorKernels.Kind.SCALAR) {
            scoreScalar(ordinals, count, out);
        } else {
            decoded().score(query, ordinals, count, out);
        }
    }

    private void scoreScalar(int[] ordinals, int count, float[] out) {
        boolean dots = dots();
        for (int i = 0; i < count; i++) {
            VectorBytes.read(vectors.encoding(), rows.bytes(), rows.offset(ordinals[i]), row, 0, row.length);
            out[i] = dots ? ScalarKernels.dot(query, row, lanes) : ScalarKernels.squaredL2(query, row, lanes);
        }
    }

    private void scoreChecked(int[] ordinals, int count, float[] out) {
        if (vectors.encoding() != VectorEncoding.FLOAT32) {
            decoded().score(query, ordinals, count, out);
            return;
        }
        for (int i = 0; i < count; i++) {
            long offset = rows.offset(ordinals[i]);
            out[i] = dots()
                    ? SimdFloats.dot(query, rows.bytes(), offset, lanes)
                    : SimdFloats.squaredL2(query, rows.bytes(), offset, lanes);
        }
    }

    private DecodedRows decoded() {
        DecodedRows d = decoded;
        if (d == null) {
            d = new DecodedRows(rows, vectors.encoding(), vectors.dimension(), dots());
            decoded = d;
        }
        return d;
    }

    private void scoreNarrow(int[] ordinals, int count, float[] out) {
        if (vectors.encoding() != VectorEncoding.FLOAT32) {
            decoded().score(query, ordinals, count, out);
            return;
        }
        NarrowRows n = narrow;
        if (n == null) {
            n = new NarrowRows(rows, dots());
            narrow = n;
        }
        n.score(query, ordinals, count, out);
    }

    private void scoreRaw(int[] ordinals, int count, float[] out) {
        int eights = vectors.encoding() == VectorEncoding.FLOAT32 ? count & -8 : 0;
        for (int i = 0; i < eights; i += 8) {
            eight(ordinals, i, out);
        }
        int fours = count & -4;
        for (int i = eights; i < fours; i += 4) {
            four(ordinals, i, count - 1, out);
        }
        if (fours == count - 1) {
            one(ordinals, fours, out);
        } else if (fours < count) { // a kernel writes four sums, the caller's array may end before
            for (int i = 0; i < 4; i++) {
                restOrdinals[i] = ordinals[Math.min(fours + i, count - 1)];
            }
            four(restOrdinals, 0, 3, rest);
            System.arraycopy(rest, 0, out, fours, count - fours);
        }
    }

    private final int[] restOrdinals = new int[4];

    private void eight(int[] ordinals, int at, float[] out) {
        if (dots()) {
            RawKernels.dot8(query, rows, ordinals, at, out);
        } else {
            RawKernels.squaredL2x8(query, rows, ordinals, at, out);
        }
    }

    private void four(int[] ordinals, int at, int last, float[] out) {
        boolean dots = dots();
        switch (vectors.encoding()) {
            case FLOAT32 -> {
                if (dots) {
                    RawKernels.dot4(query, rows, ordinals, at, last, out);
                } else {
                    RawKernels.squaredL2x4(query, rows, ordinals, at, last, out);
                }
            }
            case BFLOAT16 -> {
                if (dots) {
                    RawBfloat16.dot4(query, rows, ordinals, at, last, out);
                } else {
                    RawBfloat16.squaredL2x4(query, rows, ordinals, at, last, out);
                }
            }
            case FLOAT16 -> {
                if (dots) {
                    RawFloat16.dot4(query, rows, ordinals, at, last, out);
                } else {
                    RawFloat16.squaredL2x4(query, rows, ordinals, at, last, out);
                }
            }
            case INT8 -> throw new AssertionError("bytes have no such kernel");
        }
    }

    private void one(int[] ordinals, int at, float[] out) {
        if (vectors.encoding() != VectorEncoding.FLOAT32) {
            DecodedRows.decode(rows.bytes(), vectors.encoding(), rows.offset(ordinals[at]), vectors.dimension(), row, 0);
            out[at] = dots() ? SimdArrays.dot(query, row, lanes) : SimdArrays.squaredL2(query, row, lanes);
        } else {
            out[at] = dots()
                    ? RawKernels.dot1(query, rows, ordinals[at], lanes)
                    : RawKernels.squaredL2x1(query, rows, ordinals[at], lanes);
        }
    }

    /// Turns inner products into distances.
    private void finish(int[] ordinals, int count, float[] distances) {
        switch (vectors.metric()) {
            case SQUARED_L2 -> {
            }
            case INNER_PRODUCT -> {
                for (int i = 0; i < count; i++) {
                    distances[i] = -distances[i];
                }
            }
            case COSINE -> {
                for (int i = 0; i < count; i++) {
                    distances[i] = 1f - distances[i] * queryInverseNorm * vectors.inverseNorm(ordinals[i]);
                }
            }
        }
    }
}
