package dev.kith.core.pq;

import dev.kith.core.BuildControl;
import dev.kith.core.ListKernels;
import dev.kith.core.cluster.CentroidTable;
import dev.kith.core.cluster.KMeans;
import dev.kith.core.cluster.KMeansParameters;
import java.util.Objects;

/// A product quantizer (Jegou, Douze, Schmid 2011): the vector is cut into `subspaces` equal parts and each part replaced by
/// the nearest of 16 or 256 centroids. A code is one value a subspace.
///
/// *Sign codes* ([#signs]) are the product quantizer whose every subspace has the sixteen corners of `{-1, +1}^4` as
/// centroids: one bit a component, the code of RaBitQ (Gao and Long 2024). They need no training, and the scale that they lack
/// is the caller's per-vector factor. So both families share encoder, tables and scan.
///
/// Immutable and thread-safe.
public final class ProductQuantizer {
    private final int subspaces;
    private final int bits;
    private final int subDimension;
    /// Shape (subspaces, subDimension, centroids): one register of centroids for each component.
    private final float[] codebooks;
    private final boolean signs;

    private ProductQuantizer(int subspaces, int bits, int subDimension, float[] codebooks, boolean signs) {
        this.subspaces = subspaces;
        this.bits = bits;
        this.subDimension = subDimension;
        this.codebooks = codebooks;
        this.signs = signs;
    }

    /// A quantizer with given codebooks.
    ///
    /// @param codebooks shape (subspaces, subDimension, `1 << bits`); not copied
    public static ProductQuantizer of(int subspaces, int bits, int subDimension, float[] codebooks) {
        check(subspaces, bits);
        int need = Math.multiplyExact(Math.multiplyExact(subspaces, subDimension), 1 << bits);
        if (subDimension < 1 || codebooks.length != need) {
            throw new IllegalArgumentException("codebooks must hold " + need + " floats, hold " + codebooks.length);
        }
        return new ProductQuantizer(subspaces, bits, subDimension, codebooks, false);
    }

    /// Sign codes for vectors of `dimension` components, a multiple of four.
    public static ProductQuantizer signs(int dimension) {
        if (dimension < 4 || dimension % 4 != 0) {
            throw new IllegalArgumentException("dimension of sign codes must be a multiple of 4, was " + dimension);
        }
        float[] codebooks = new float[dimension * 16];
        for (int i = 0; i < dimension; i++) {
            for (int c = 0; c < 16; c++) {
                codebooks[i * 16 + c] = (c >>> (i & 3) & 1) == 0 ? -1f : 1f;
            }
        }
        return new ProductQuantizer(dimension / 4, 4, 4, codebooks, true);
    }

    /// Trains codebooks on row-major rows of `subspaces * subDimension` components.
    public static ProductQuantizer train(float[] rows, int count, int subspaces, int bits, KMeansParameters parameters,
            BuildControl control) {
        check(subspaces, bits);
        int dimension = rows.length / Math.max(1, count);
        if (count < 1 || dimension % subspaces != 0 || rows.length != (long) count * dimension || dimension == 0) {
            throw new IllegalArgumentException("rows must be count x dimension with dimension a multiple of subspaces: count "
                    + count + ", floats " + rows.length + ", subspaces " + subspaces);
        }
        int sub = dimension / subspaces;
        int centroids = 1 << bits;
        float[] codebooks = new float[dimension * centroids];
        float[] part = new float[count * sub];
        for (int s = 0; s < subspaces; s++) {
            control.checkCancelled();
            gather(rows, dimension, s * sub, sub, count, part);
            float[] trained = KMeans.train(part, count, sub, centroids, parameters.withSeed(parameters.seed() + s), control);
            for (int c = 0; c < centroids; c++) {
                for (int i = 0; i < sub; i++) {
                    codebooks[(s * sub + i) * centroids + c] = trained[c * sub + i];
                }
            }
        }
        return new ProductQuantizer(subspaces, bits, sub, codebooks, false);
    }

    private static void check(int subspaces, int bits) {
        if (subspaces < 1) {
            throw new IllegalArgumentException("subspaces must be at least 1, was " + subspaces);
        }
        if (bits != 4 && bits != 8) {
            throw new IllegalArgumentException("bits must be 4 or 8, was " + bits);
        }
    }

    private static void gather(float[] rows, int dimension, int from, int sub, int count, float[] part) {
        for (int r = 0; r < count; r++) {
            System.arraycopy(rows, r * dimension + from, part, r * sub, sub);
        }
    }

    /// Components of a vector that is encoded.
    public int dimension() {
        return subspaces * subDimension;
    }

    /// Parts of a vector; values of a code.
    public int subspaces() {
        return subspaces;
    }

    /// Components of a part.
    public int subDimension() {
        return subDimension;
    }

    /// Bits of one value of a code, 4 or 8.
    public int bits() {
        return bits;
    }

    /// Centroids of a subspace, 16 or 256.
    public int centroids() {
        return 1 << bits;
    }

    /// Whether these are sign codes.
    public boolean isSigns() {
        return signs;
    }

    /// The codebooks, shape (subspaces, subDimension, centroids). Not a copy: do not change them.
    public float[] codebooks() {
        return codebooks;
    }

    /// An encoder; keeps packed centroids, so make one for many blocks of rows.
    public Encoder encoder() {
        return new Encoder(this);
    }

    /// The vector a code stands for.
    ///
    /// @param code one value a subspace, from `offset`
    /// @param target [#dimension()] components, from `to`
    public void decode(byte[] code, int offset, float[] target, int to) {
        int centroids = centroids();
        for (int s = 0; s < subspaces; s++) {
            int c = code[offset + s] & 0xff;
            for (int i = 0; i < subDimension; i++) {
                target[to + s * subDimension + i] = codebooks[(s * subDimension + i) * centroids + c];
            }
        }
    }

    /// Inner products of the query's parts with all centroids: the [lookup table][ByteTables] in floats.
    ///
    /// @param query [#dimension()] components
    /// @param table shape (subspaces, centroids)
    public void lookupTable(float[] query, float[] table) {
        Objects.checkFromIndexSize(0, dimension(), query.length);
        Objects.checkFromIndexSize(0, subspaces << bits, table.length);
        if (ListKernels.simd()) {
            SimdTables.lookupTable(query, codebooks, subspaces, subDimension, 1 << bits, table);
        } else {
            scalarLookupTable(query, codebooks, subspaces, subDimension, 1 << bits, table);
        }
    }

    /// The scalar twin of [SimdTables#lookupTable].
    static void scalarLookupTable(float[] query, float[] codebooks, int subspaces, int subDimension, int centroids,
            float[] table) {
        for (int s = 0; s < subspaces; s++) {
            for (int c = 0; c < centroids; c++) {
                float sum = 0;
                for (int i = 0; i < subDimension; i++) {
                    int k = s * subDimension + i;
                    sum = Math.fma(query[k], codebooks[k * centroids + c], sum);
                }
                table[s * centroids + c] = sum;
            }
        }
    }

    /// Encodes blocks of rows. Not thread-safe.
    public static final class Encoder {
        private final ProductQuantizer quantizer;
        private final CentroidTable[] tables;
        private float[] part = new float[0];
        private int[] nearest = new int[0];
        private float[] distances = new float[0];

        private Encoder(ProductQuantizer quantizer) {
            this.quantizer = quantizer;
            this.tables = new CentroidTable[quantizer.signs ? 0 : quantizer.subspaces];
            int sub = quantizer.subDimension;
            int centroids = quantizer.centroids();
            float[] rows = new float[centroids * sub];
            for (int s = 0; s < tables.length; s++) {
                for (int c = 0; c < centroids; c++) {
                    for (int i = 0; i < sub; i++) {
                        rows[c * sub + i] = quantizer.codebooks[(s * sub + i) * centroids + c];
                    }
                }
                tables[s] = new CentroidTable(rows, centroids, sub);
            }
        }

        /// Encodes `count` row-major rows.
        ///
        /// @param codes receives one byte a subspace, shape (count, subspaces)
        public void encode(float[] rows, int count, byte[] codes) {
            Objects.checkFromIndexSize(0, Math.multiplyExact(count, quantizer.dimension()), rows.length);
            Objects.checkFromIndexSize(0, Math.multiplyExact(count, quantizer.subspaces), codes.length);
            if (quantizer.signs) {
                signs(rows, count * quantizer.subspaces, codes);
                return;
            }
            int sub = quantizer.subDimension;
            if (nearest.length < count) {
                part = new float[count * sub];
                nearest = new int[count];
                distances = new float[count];
            }
            for (int s = 0; s < quantizer.subspaces; s++) {
                gather(rows, quantizer.dimension(), s * sub, sub, count, part);
                tables[s].nearest(part, count, nearest, distances);
                for (int r = 0; r < count; r++) {
                    codes[r * quantizer.subspaces + s] = (byte) nearest[r];
                }
            }
        }

        private static void signs(float[] rows, int values, byte[] codes) {
            for (int v = 0; v < values; v++) {
                int at = 4 * v;
                codes[v] = (byte) ((rows[at] > 0 ? 1 : 0) | (rows[at + 1] > 0 ? 2 : 0) | (rows[at + 2] > 0 ? 4 : 0)
                        | (rows[at + 3] > 0 ? 8 : 0));
            }
        }
    }
}
