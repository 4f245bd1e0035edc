package dev.kith.core.pq;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/// SIMD twins of the table arithmetic. Loaded only where `jdk.incubator.vector` is present.
final class SimdTables {
    private static final VectorSpecies<Float> S = FloatVector.SPECIES_PREFERRED;
    private static final int LANES = S.length();

    private SimdTables() {}

    static void lookupTable(float[] query, float[] codebooks, int subspaces, int subDimension, int centroids, float[] table) {
        for (int s = 0; s < subspaces; s++) {
            for (int c = 0; c < centroids; c += LANES) {
                FloatVector sum = FloatVector.zero(S);
                for (int i = 0; i < subDimension; i++) {
                    int k = s * subDimension + i;
                    sum = FloatVector.broadcast(S, query[k]).fma(FloatVector.fromArray(S, codebooks, k * centroids + c), sum);
                }
                sum.intoArray(table, s * centroids + c);
            }
        }
    }

    /// `out[o] = sum over i of in[i] * matrix[(o / 64), i, o % 64]`; the matrix is packed in groups of 64 outputs.
    static void multiply(float[] packed, float[] in, int inputs, int outputs, float[] out) {
        for (int g = 0; g < outputs; g += DenseRotation.GROUP) {
            for (int h = 0; h < DenseRotation.GROUP; h += 4 * LANES) {
                multiplyGroup(packed, g * inputs + h, in, inputs, out, g + h);
            }
        }
    }

    private static void multiplyGroup(float[] packed, int from, float[] in, int inputs, float[] out, int to) {
        FloatVector a = FloatVector.zero(S);
        FloatVector b = a;
        FloatVector c = a;
        FloatVector d = a;
        for (int i = 0; i < inputs; i++) {
            FloatVector v = FloatVector.broadcast(S, in[i]);
            int at = from + i * DenseRotation.GROUP;
            a = v.fma(FloatVector.fromArray(S, packed, at), a);
            b = v.fma(FloatVector.fromArray(S, packed, at + LANES), b);
            c = v.fma(FloatVector.fromArray(S, packed, at + 2 * LANES), c);
            d = v.fma(FloatVector.fromArray(S, packed, at + 3 * LANES), d);
        }
        a.intoArray(out, to);
        b.intoArray(out, to + LANES);
        c.intoArray(out, to + 2 * LANES);
        d.intoArray(out, to + 3 * LANES);
    }
}
