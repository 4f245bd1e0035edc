package dev.kith.ivfpq;

import dev.kith.core.BatchScorer;
import dev.kith.core.Metric;
import dev.kith.core.cluster.CentroidAssigner;
import dev.kith.core.pq.BlockLayout;
import dev.kith.core.pq.ProductQuantizer;
import dev.kith.core.pq.ScalarCodes;
import org.jspecify.annotations.Nullable;

/// Turns rows into list numbers, codes and factors.
///
/// Let `r` be the residual of a vector and `p` what its code stands for, both rotated, and `a = <r,r> / <r,p>`. Then `a * p`
/// differs from `r` by something orthogonal to `r`, so `a * <q - c, p>` estimates `<q - c, r>` without bias for a query in any
/// direction but the residual's own (Gao and Long 2024, section 3.2, there for sign codes; it holds for any code). With `S` the
/// sum of table entries, `<q, p>`, the factors of a row are
///
/// | metric | distance | scale | bias |
/// |---|---|---|---|
/// | squared L2 | `<q-c,q-c> + bias + scale * S` | `-2a` | `<r,r> + 2a <c,p>` |
/// | inner product, cosine | `-<q,c> + bias + scale * S` (cosine: `+ 1`) | `-a` | `a <c,p> - <c,r>` |
///
/// and the error is `2` or `1` times `|a p - r| / sqrt(d - 1)`, to be multiplied by `|q - c|`: the standard deviation of the
/// estimate over random rotations. Bias and scale depend on the list but not on the query, so one table serves all lists.
final class RowEncoder {
    /// Rows encoded together.
    static final int BLOCK = 1024;
    private static final int SPILL_CANDIDATES = 12;

    private final IvfModel model;
    private final IvfShape shape;
    private final float spill;
    private final CentroidAssigner coarse;
    private final float[] turnedCentroids;
    private final ProductQuantizer.Encoder encoder;
    private final @Nullable ScalarCodes refine;

    private final float[] turned;
    private final float[] residuals;
    private final byte[] codes;
    private final float[] decoded;
    private final float[] points;
    private final byte[] fine;
    private final int[] near;
    private final float[] nearDistances;

    /// @param scorer where the search for each row's centroids may go, or null
    RowEncoder(IvfModel model, float spill, @Nullable BatchScorer scorer) {
        this.model = model;
        this.shape = model.shape;
        this.spill = shape.nlist() > 1 ? spill : 0f;
        this.coarse = new CentroidAssigner(model.centroids, shape.nlist(), shape.dimension(), scorer);
        this.encoder = model.quantizer.encoder();
        this.refine = shape.refineCodes();
        int d = shape.codeDimension();
        this.turnedCentroids = new float[Math.multiplyExact(shape.nlist(), d)];
        for (int c = 0; c < shape.nlist(); c++) {
            model.rotation.apply(model.centroids, c * shape.dimension(), turnedCentroids, c * d);
        }
        this.turned = new float[BLOCK * d];
        this.residuals = new float[BLOCK * d];
        this.codes = new byte[BLOCK * shape.subspaces()];
        this.decoded = new float[d];
        this.points = new float[refine == null ? 0 : refine.dimension()];
        this.fine = new byte[refine == null ? 0 : refine.codeBytes()];
        int candidates = candidates();
        this.near = new int[BLOCK * candidates];
        this.nearDistances = new float[BLOCK * candidates];
    }

    private int candidates() {
        return spill > 0 ? Math.min(SPILL_CANDIDATES, shape.nlist()) : 1;
    }

    /// Encodes `count` row-major rows (normalized for cosine) whose ordinals begin at `firstOrdinal` into `store`.
    void encode(float[] rows, int count, int firstOrdinal, RowStore store) {
        int c = candidates();
        coarse.nearest(rows, count, c, near, nearDistances);
        for (int r = 0; r < count; r++) {
            model.rotation.apply(rows, r * shape.dimension(), turned, r * shape.codeDimension());
        }
        int[] lists = new int[count];
        for (int r = 0; r < count; r++) {
            lists[r] = near[r * c];
        }
        encode(lists, count, firstOrdinal, false, store);
        if (spill > 0) {
            for (int r = 0; r < count; r++) {
                lists[r] = secondList(r);
            }
            encode(lists, count, firstOrdinal, true, store);
        }
    }

    /// Encodes one row into a list that was chosen elsewhere.
    void encodeInto(float[] row, int list, int ordinal, boolean second, RowStore store) {
        model.rotation.apply(row, 0, turned, 0);
        encode(new int[]{list}, 1, ordinal, second, store);
    }

    /// SOAR: of the nearest other centroids the one with the least `|r'|^2 + spill * (<r, r'> / |r|)^2`.
    private int secondList(int row) {
        int c = candidates();
        int d = shape.codeDimension();
        int first = near[row * c];
        float squared = Math.max(nearDistances[row * c], Float.MIN_NORMAL);
        int best = near[row * c + 1];
        float bestLoss = Float.POSITIVE_INFINITY;
        for (int k = 1; k < c; k++) {
            int list = near[row * c + k];
            float dot = 0;
            for (int i = 0; i < d; i++) {
                float x = turned[row * d + i];
                dot = Math.fma(x - turnedCentroids[first * d + i], x - turnedCentroids[list * d + i], dot);
            }
            float loss = nearDistances[row * c + k] + spill * dot * dot / squared;
            if (loss < bestLoss) {
                bestLoss = loss;
                best = list;
            }
        }
        return best;
    }

    private void encode(int[] lists, int count, int firstOrdinal, boolean second, RowStore store) {
        int d = shape.codeDimension();
        for (int r = 0; r < count; r++) {
            int c = lists[r] * d;
            for (int i = 0; i < d; i++) {
                residuals[r * d + i] = turned[r * d + i] - turnedCentroids[c + i];
            }
        }
        encoder.encode(residuals, count, codes);
        for (int r = 0; r < count; r++) {
            model.quantizer.decode(codes, r * shape.subspaces(), decoded, 0);
            Factors f = factors(r * d, lists[r] * d, decoded);
            int scaleError = BlockLayout.pack(f.scale, f.error);
            store.add(firstOrdinal + r, lists[r], second, f.squaredResidual);
            store.putCode(codes, r * shape.subspaces(), f.bias, scaleError);
            if (refine != null) {
                float[] padded = padded(r * d, refine.dimension());
                refine.encode(padded, 0, fine, 0, points);
                Factors g = factors(r * d, lists[r] * d, points);
                store.putFine(fine, g.bias, g.scale, g.error);
            }
        }
    }

    private float[] padded(int from, int dimension) {
        float[] row = new float[dimension];
        System.arraycopy(residuals, from, row, 0, shape.codeDimension());
        return row;
    }

    private record Factors(float bias, float scale, float error, float squaredResidual) {
    }

    /// @param at where the residual begins
    /// @param c where its turned centroid begins
    /// @param p what the code stands for
    private Factors factors(int at, int c, float[] p) {
        float rr = 0;
        float rp = 0;
        float pp = 0;
        float cp = 0;
        float cr = 0;
        for (int i = 0; i < shape.codeDimension(); i++) {
            float r = residuals[at + i];
            float x = p[i];
            float y = turnedCentroids[c + i];
            rr = Math.fma(r, r, rr);
            rp = Math.fma(r, x, rp);
            pp = Math.fma(x, x, pp);
            cp = Math.fma(y, x, cp);
            cr = Math.fma(y, r, cr);
        }
        for (int i = shape.codeDimension(); i < p.length; i++) {
            pp = Math.fma(p[i], p[i], pp); // a finer code's padding stands for something too
        }
        // A code that points away from its vector says nothing: scale 0 leaves the centroid's distance and all of the error.
        boolean useless = rp <= 1e-6f * Math.sqrt(rr * pp);
        float a = useless ? 0f : rr / rp;
        float off = (float) Math.sqrt(Math.max(0f, useless ? rr : a * a * pp - rr));
        float error = off / (float) Math.sqrt(Math.max(1, shape.dimension() - 1));
        // The factor that is stored is rounded; the bias belongs to the rounded one.
        boolean l2 = shape.metric() == Metric.SQUARED_L2;
        float scale = BlockLayout.scale(BlockLayout.pack(l2 ? -2 * a : -a, 0f));
        float bias = l2 ? rr - scale * cp : -scale * cp - cr;
        return new Factors(bias, scale, l2 ? 2 * error : error, rr);
    }
}
