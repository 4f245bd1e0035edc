package dev.kith.core.pq;

import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorShuffle;
import jdk.incubator.vector.VectorSpecies;

/// SIMD twins of the table arithmetic. Loaded only where `jdk.incubator.vector` is present.
final class SimdTables {
    private static final VectorSpecies<Float> S = FloatVector.SPECIES_PREFERRED;
    private static final int LANES = S.length();

    private static final VectorSpecies<Byte> B = VectorSpecies.of(byte.class,
            VectorShape.forBitSize(Math.max(64, S.vectorBitSize() / 4)));
    /// For each level within a register: lane `i` changes places with lane `i ^ 2^level`, and the upper of the two is negated.
    @SuppressWarnings({"unchecked", "rawtypes"}) private static final VectorShuffle<Float>[] SWAPS = new VectorShuffle[Integer
            .numberOfTrailingZeros(LANES)];
    private static final FloatVector[] SIGNS = new FloatVector[SWAPS.length];

    static {
        for (int level = 0; level < SWAPS.length; level++) {
            int bit = 1 << level;
            float[] signs = new float[LANES];
            for (int i = 0; i < LANES; i++) {
                signs[i] = (i & bit) == 0 ? 1f : -1f;
            }
            SWAPS[level] = VectorShuffle.fromOp(S, i -> i ^ bit);
            SIGNS[level] = FloatVector.fromArray(S, signs, 0);
        }
    }

    /// Whether a register of bytes can hold as many lanes as one of floats; not on 128-bit machines.
    static final boolean BYTES_FIT = S.vectorBitSize() >= 256;

    private SimdTables() {}

    static int lanes() {
        return LANES;
    }

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

    /// The least value of each row of a table, and in `least[rows]` the width of the widest row.
    static void ranges(float[] table, int rows, int columns, float[] least) {
        FloatVector widest = FloatVector.zero(S);
        for (int r = 0; r < rows; r++) {
            FloatVector min = FloatVector.fromArray(S, table, r * columns);
            FloatVector max = min;
            for (int c = LANES; c < columns; c += LANES) {
                FloatVector v = FloatVector.fromArray(S, table, r * columns + c);
                min = v.min(min);
                max = v.max(max);
            }
            float least0 = min.reduceLanes(VectorOperators.MIN);
            least[r] = least0;
            widest = max.sub(least0).max(widest);
        }
        least[rows] = widest.reduceLanes(VectorOperators.MAX);
    }

    /// `entries[i] = (table[i] - least[i / columns]) * inverse + 0.5`, cut to a whole number of at most `most`.
    static void entries(float[] table, int rows, int columns, float[] least, float inverse, MemorySegment entries) {
        FloatVector most = FloatVector.broadcast(S, ByteTables.MAX_ENTRY);
        for (int r = 0; r < rows; r++) {
            for (int c = 0; c < columns; c += LANES) {
                int at = r * columns + c;
                FloatVector v = FloatVector.fromArray(S, table, at).sub(least[r]).mul(inverse).add(0.5f).min(most);
                ((ByteVector) v.convertShape(VectorOperators.F2B, B, 0)).intoMemorySegment(entries, at, ByteOrder.LITTLE_ENDIAN);
            }
        }
    }

    /// The Walsh-Hadamard butterflies of a power-of-two window of at least [#LANES] values, without the final scale.
    static void hadamard(float[] x, int from, int n) {
        for (int at = from; at < from + n; at += LANES) {
            FloatVector v = FloatVector.fromArray(S, x, at);
            for (int level = 0; level < SWAPS.length; level++) {
                v = v.fma(SIGNS[level], v.rearrange(SWAPS[level]));
            }
            v.intoArray(x, at);
        }
        for (int half = LANES; half < n; half <<= 1) {
            for (int block = from; block < from + n; block += 2 * half) {
                for (int i = block; i < block + half; i += LANES) {
                    FloatVector a = FloatVector.fromArray(S, x, i);
                    FloatVector b = FloatVector.fromArray(S, x, i + half);
                    a.add(b).intoArray(x, i);
                    a.sub(b).intoArray(x, i + half);
                }
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
