package dev.kith.bench.lists;

import dev.kith.core.BuildControl;
import dev.kith.core.DenseVectors;
import dev.kith.core.Scorer;
import dev.kith.core.TopK;
import dev.kith.core.cluster.CentroidTable;
import dev.kith.core.cluster.HierarchicalKMeans;
import dev.kith.core.cluster.KMeansParameters;
import dev.kith.core.pq.HadamardRotation;
import dev.kith.core.pq.IdentityRotation;
import dev.kith.core.pq.ProductQuantizer;
import dev.kith.core.pq.Rotation;
import dev.kith.core.pq.RotationTrainer;
import dev.kith.core.pq.ScalarCodes;
import dev.kith.ivfpq.IvfCodec;
import dev.kith.ivfpq.IvfCodec.ProductCodes;
import dev.kith.ivfpq.IvfCodec.SignCodes;
import dev.kith.ivfpq.IvfCodec.Turn;
import dev.kith.ivfpq.IvfPqIndex;
import dev.kith.ivfpq.IvfPqParameters;
import dev.kith.ivfpq.SearchEffort;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;

/// How much of a vector each code of one bit a component keeps, and the finer codes behind signs, and how well its estimates rank.
///
/// *Distortion* is the mean of `|x - p|^2 / |x|^2`, `p` being the decoded code with the best scale for its row, as the index's
/// factors give it. For independent Gaussian components, theory has for one bit: scalar codes `1 - 2 / pi` = 0.363 (Max 1960);
/// the rate-distortion bound 0.25 (Shannon 1959); product codes lie between and come nearer to the bound the more components
/// share a code. For four bits a component a uniform grid has 0.0115 (Max 1960), the bound is 1 / 256.
final class CodecTable {
    private static final int TRAINING = 20_000;
    private static final int JUDGED = 4_000;

    private CodecTable() {}

    /// What the finer codes choose from.
    private static final int REFINED = 1000;

    /// @param refineBits of the finer code that is judged in place of the first; 0 for none
    private record Named(String name, IvfCodec codec, int refineBits) {
        Named(String name, IvfCodec codec) {
            this(name, codec, 0);
        }
    }

    private static List<Named> codecs(int dimension) {
        List<Named> all = new ArrayList<>();
        all.add(new Named("signs (RaBitQ)", new SignCodes()));
        all.add(new Named("signs, then 4 bits", new SignCodes(), 4));
        all.add(new Named("signs, then 8 bits", new SignCodes(), 8));
        for (Turn turn : Turn.values()) {
            all.add(new Named("product 4 x 4 bits, turn " + turn, new ProductCodes((dimension + 3) / 4, 4, turn)));
            all.add(new Named("product 8 x 8 bits, turn " + turn, new ProductCodes((dimension + 7) / 8, 8, turn)));
        }
        return all;
    }

    /// A Markdown table.
    ///
    /// @param trained whether codes after a trained rotation (OPQ), which take minutes to train, are in it
    static String run(Judged set, boolean trained, long seed) {
        DenseVectors vectors = set.vectors();
        int dimension = vectors.dimension();
        float[] gaussian = gaussian(TRAINING + JUDGED, dimension, seed);
        float[] residuals = residuals(vectors, TRAINING + JUDGED, seed);
        StringBuilder text = new StringBuilder(
                "| code | distortion, Gaussian | distortion, residuals of the set | error of a squared distance | 10@10 by codes | 10@30 | 10@100 |\n"
                        + "|---|---:|---:|---:|---:|---:|---:|\n");
        for (Named named : codecs(dimension)) {
            if (!trained && named.codec instanceof ProductCodes p && p.turn() == Turn.TRAINED) {
                continue;
            }
            IvfPqIndex index = IvfPqIndex.build(vectors, IvfPqParameters.DEFAULTS.withCodec(named.codec).withSeed(seed)
                    .withRefineBits(named.refineBits), BuildControl.NONE);
            Ranked ranked = rank(set, index);
            text.append(String.format(Locale.ROOT, "| %s | %.6f | %.6f | %.2f %% | %.3f | %.3f | %.3f |%n", named.name,
                    distortion(named, gaussian, dimension, seed), distortion(named, residuals, dimension, seed),
                    100 * ranked.error, ranked.at(10), ranked.at(30), ranked.at(100)));
        }
        return text.toString();
    }

    private static float[] gaussian(int rows, int dimension, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        float[] values = new float[rows * dimension];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return values;
    }

    /// Rows of the set, evenly picked, less their nearest of about `3 * sqrt(rows)` centroids.
    private static float[] residuals(DenseVectors vectors, int wanted, long seed) {
        int dimension = vectors.dimension();
        int rows = Math.min(wanted, vectors.count());
        float[] values = new float[rows * dimension];
        float[] row = new float[dimension];
        for (int r = 0; r < rows; r++) {
            vectors.copyRow((int) ((long) r * vectors.count() / rows), row);
            System.arraycopy(row, 0, values, r * dimension, dimension);
        }
        int k = Math.max(1, (int) Math.min(3 * Math.sqrt(vectors.count()), rows / 32));
        float[] centroids = HierarchicalKMeans.train(values, rows, dimension, k, KMeansParameters.DEFAULTS.withSeed(seed),
                BuildControl.NONE);
        int[] nearest = new int[rows];
        new CentroidTable(centroids, k, dimension).nearest(values, rows, nearest, new float[rows]);
        for (int r = 0; r < rows; r++) {
            for (int i = 0; i < dimension; i++) {
                values[r * dimension + i] -= centroids[nearest[r] * dimension + i];
            }
        }
        return values;
    }

    /// The last rows are judged, those before them train.
    private static double distortion(Named named, float[] rows, int dimension, long seed) {
        return named.refineBits > 0
                ? finer(named.refineBits, rows, dimension, seed)
                : distortion(named.codec, rows, dimension, seed);
    }

    /// Of the codes behind the first, which code the same turned residuals.
    private static double finer(int bits, float[] rows, int dimension, long seed) {
        int count = rows.length / dimension;
        int judged = Math.min(JUDGED, count / 4);
        Rotation rotation = rotation(new SignCodes(), rows, 0, dimension, seed);
        ScalarCodes codes = new ScalarCodes(bits, rotation.outputDimension());
        float[] turned = new float[rotation.outputDimension()];
        float[] points = new float[turned.length];
        byte[] code = new byte[codes.codeBytes()];
        double sum = 0;
        for (int r = count - judged; r < count; r++) {
            rotation.apply(rows, r * dimension, turned, 0);
            codes.encode(turned, 0, code, 0, points);
            sum += lost(turned, 0, points) / judged;
        }
        return sum;
    }

    private static double distortion(IvfCodec codec, float[] rows, int dimension, long seed) {
        int count = rows.length / dimension;
        int judged = Math.min(JUDGED, count / 4);
        int training = count - judged;
        Rotation rotation = rotation(codec, Arrays.copyOf(rows, training * dimension), training, dimension, seed);
        int turnedDimension = rotation.outputDimension();
        float[] turned = new float[count * turnedDimension];
        for (int r = 0; r < count; r++) {
            rotation.apply(rows, r * dimension, turned, r * turnedDimension);
        }
        ProductQuantizer quantizer = switch (codec) {
            case SignCodes _ -> ProductQuantizer.signs(turnedDimension);
            case ProductCodes p ->
                ProductQuantizer.train(Arrays.copyOf(turned, training * turnedDimension), training, p.subspaces(), p.bits(),
                        KMeansParameters.DEFAULTS.withSeed(seed), BuildControl.NONE);
        };
        float[] last = Arrays.copyOfRange(turned, training * turnedDimension, turned.length);
        byte[] codes = new byte[judged * quantizer.subspaces()];
        quantizer.encoder().encode(last, judged, codes);
        float[] decoded = new float[turnedDimension];
        double sum = 0;
        for (int r = 0; r < judged; r++) {
            quantizer.decode(codes, r * quantizer.subspaces(), decoded, 0);
            sum += lost(last, r * turnedDimension, decoded) / judged;
        }
        return sum;
    }

    /// The share of a row's squared length that no multiple of the decoded code has: the squared sine between them.
    private static double lost(float[] row, int at, float[] decoded) {
        double xx = 0;
        double pp = 0;
        double xp = 0;
        for (int i = 0; i < decoded.length; i++) {
            double x = row[at + i];
            xx += x * x;
            pp += (double) decoded[i] * decoded[i];
            xp += x * decoded[i];
        }
        return xx == 0 || pp == 0 ? 0 : 1 - xp * xp / (xx * pp);
    }

    private static Rotation rotation(IvfCodec codec, float[] rows, int training, int dimension, long seed) {
        return switch (codec) {
            case SignCodes _ -> new HadamardRotation(dimension, (dimension + 31) & -32, seed);
            case ProductCodes p -> {
                int sub = (dimension + p.subspaces() - 1) / p.subspaces();
                int turned = p.subspaces() * sub
                        + (p.turn() == Turn.RANDOM && (p.subspaces() * sub & 1) == 1 ? p.subspaces() : 0);
                yield switch (p.turn()) {
                    case NONE -> new IdentityRotation(dimension, turned);
                    case RANDOM -> new HadamardRotation(dimension, turned, seed);
                    case TRAINED -> RotationTrainer.train(rows, training, dimension, turned, p.subspaces(), p.bits(), seed,
                            BuildControl.NONE);
                };
            }
        };
    }

    /// @param error mean of `|estimate - distance| / distance` over the rows the codes rank first
    /// @param hits for each rank below 100, true neighbours found up to it, over all queries
    private record Ranked(double error, double[] hits) {
        double at(int rank) {
            return hits[rank - 1];
        }
    }

    /// Ranks by codes alone through every list.
    private static Ranked rank(Judged set, IvfPqIndex index) {
        int depth = 100;
        int[] found = new int[depth];
        double error = 0;
        long estimates = 0;
        float[] exact = new float[1];
        int[] ordinal = new int[1];
        double[] hits = new double[depth];
        TopK top = new TopK(depth);
        for (int q = 0; q < set.queries().length; q++) {
            top.clear();
            index.search(set.queries()[q], null, SearchEffort.fixed(index.nlist(), index.refineBits() > 0 ? REFINED : depth),
                    null, top);
            Scorer scorer = set.vectors().scorer(set.queries()[q]);
            long[] keys = top.toSortedKeys();
            for (int i = 0; i < keys.length; i++) {
                ordinal[0] = TopK.ordinal(keys[i]);
                found[i] = ordinal[0];
                scorer.score(ordinal, 1, exact);
                if (exact[0] > 0) { // a distance, which inner products need not be
                    error += Math.abs(TopK.distance(keys[i]) - exact[0]) / exact[0];
                    estimates++;
                }
            }
            for (int rank : new int[]{10, 30, 100}) {
                hits[rank - 1] += set.reached(q, found, Math.min(rank, keys.length));
            }
        }
        for (int i = 0; i < depth; i++) {
            hits[i] /= set.queries().length;
        }
        return new Ranked(error / Math.max(1, estimates), hits);
    }
}
