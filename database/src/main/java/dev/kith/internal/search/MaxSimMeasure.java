package dev.kith.internal.search;

import dev.kith.Field;
import dev.kith.MultiVector;
import dev.kith.MultiVectorField;
import dev.kith.core.Metric;
import dev.kith.internal.format.MalformedBytesException;
import dev.kith.internal.model.NumberedSchema.NumberedField;
import dev.kith.internal.view.Leaf;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import org.apache.lucene.search.DocIdSetIterator;
import org.apache.lucene.util.BytesRef;
import org.jspecify.annotations.Nullable;

/// Sum over the query's vectors of the similarity to the nearest vector of the record. Not thread-safe; after the largest record nothing
/// is allocated.
final class MaxSimMeasure implements WideSearch.Measure {
    private static final VarHandle FLOAT = MethodHandles.byteArrayViewVarHandle(float[].class, ByteOrder.LITTLE_ENDIAN);
    private final int dimension;
    private final boolean cosine;
    private final float[] query;
    private float[] record = {};
    private double[] norms = {};

    MaxSimMeasure(NumberedField field, MultiVector query) {
        this.dimension = query.dimension();
        this.cosine = ((MultiVectorField) field.field()).metric() == Metric.COSINE;
        this.query = query.toFloats();
        if (cosine) {
            for (int at = 0; at < this.query.length; at += dimension) {
                double norm = Math.sqrt(dot(this.query, at, this.query, at));
                for (int i = 0; i < dimension && norm > 0; i++) {
                    this.query[at + i] = (float) (this.query[at + i] / norm);
                }
            }
        }
    }

    @Override
    public float distance(Object value) {
        float[] vectors = ((MultiVector) value).toFloats();
        return distance(vectors, vectors.length / dimension);
    }

    /// Reads the components where they are stored, into memory that is used again from record to record.
    @Override
    public float distance(Field field, BytesRef stored) throws MalformedBytesException {
        int count = stored.length / (4 * dimension);
        if (count == 0 || stored.length != 4 * dimension * count) {
            throw new MalformedBytesException(0, field.describe(), stored.length + " bytes");
        }
        if (record.length < count * dimension) {
            record = new float[Math.max(count * dimension, 2 * record.length)];
        }
        for (int i = 0; i < count * dimension; i++) {
            record[i] = (float) FLOAT.get(stored.bytes, stored.offset + 4 * i);
            if (!Float.isFinite(record[i])) {
                throw new MalformedBytesException(4L * i, "a finite component", Float.toString(record[i]));
            }
        }
        return distance(record, count);
    }

    private float distance(float[] vectors, int count) {
        if (norms.length < count) {
            norms = new double[Math.max(count, 2 * norms.length)];
        }
        for (int v = 0; v < count; v++) {
            double norm = cosine ? Math.sqrt(dot(vectors, v * dimension, vectors, v * dimension)) : 1;
            norms[v] = norm == 0 ? 1 : norm;
        }
        double sum = 0;
        for (int q = 0; q < query.length; q += dimension) {
            double most = Double.NEGATIVE_INFINITY;
            for (int v = 0; v < count; v++) {
                most = Math.max(most, dot(query, q, vectors, v * dimension) / norms[v]);
            }
            sum += most;
        }
        return -(float) sum;
    }

    /// Four sums at once, so that additions do not wait for each other.
    private double dot(float[] a, int aFrom, float[] b, int bFrom) {
        double s0 = 0;
        double s1 = 0;
        double s2 = 0;
        double s3 = 0;
        int i = 0;
        for (; i + 3 < dimension; i += 4) {
            s0 += (double) a[aFrom + i] * b[bFrom + i];
            s1 += (double) a[aFrom + i + 1] * b[bFrom + i + 1];
            s2 += (double) a[aFrom + i + 2] * b[bFrom + i + 2];
            s3 += (double) a[aFrom + i + 3] * b[bFrom + i + 3];
        }
        for (; i < dimension; i++) {
            s0 += (double) a[aFrom + i] * b[bFrom + i];
        }
        return s0 + s1 + (s2 + s3);
    }

    @Override
    public @Nullable DocIdSetIterator documents(Leaf leaf) {
        return null;
    }

    @Override
    public String why() {
        return "late interaction with every record that has vectors";
    }
}
