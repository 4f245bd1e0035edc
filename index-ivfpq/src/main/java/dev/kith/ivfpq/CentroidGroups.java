package dev.kith.ivfpq;

import dev.kith.core.cluster.CentroidCodes;
import java.util.Arrays;
import java.util.stream.IntStream;

/// Centroids put in an order in which every 64 side by side are near each other, so that a search can rank the groups by their
/// means and look at the centroids of the near groups only.
///
/// The order is that of a balanced tree: a set is halved, at a multiple of 64, by the order of its points along the line between
/// the means of its halves, found by a few rounds of exactly that, beginning with two points far apart. Depends on the centroids only.
final class CentroidGroups {
    private static final int ROUNDS = 5;

    private final float[] centroids;
    private final int dimension;

    private CentroidGroups(float[] centroids, int dimension) {
        this.centroids = centroids;
        this.dimension = dimension;
    }

    /// A copy of the centroids in that order, shape (count, dimension).
    static float[] arrange(float[] centroids, int count, int dimension) {
        int[] order = IntStream.range(0, count).toArray();
        new CentroidGroups(centroids, dimension).halve(order, 0, count);
        float[] arranged = new float[centroids.length];
        for (int c = 0; c < count; c++) {
            System.arraycopy(centroids, order[c] * dimension, arranged, c * dimension, dimension);
        }
        return arranged;
    }

    /// The mean of each 64 centroids side by side, shape (groups, dimension).
    static float[] means(float[] centroids, int count, int dimension) {
        int groups = CentroidCodes.groups(count);
        float[] means = new float[groups * dimension];
        double[] sum = new double[dimension];
        for (int g = 0; g < groups; g++) {
            int from = g * CentroidCodes.GROUP;
            int to = Math.min(count, from + CentroidCodes.GROUP);
            Arrays.fill(sum, 0);
            for (int c = from; c < to; c++) {
                for (int i = 0; i < dimension; i++) {
                    sum[i] += centroids[c * dimension + i];
                }
            }
            for (int i = 0; i < dimension; i++) {
                means[g * dimension + i] = (float) (sum[i] / (to - from));
            }
        }
        return means;
    }

    private void halve(int[] order, int from, int to) {
        int groups = CentroidCodes.groups(to - from);
        if (groups < 2) {
            return;
        }
        int middle = from + groups / 2 * CentroidCodes.GROUP;
        float[] line = new float[dimension];
        int far = farthest(order, from, to, order[from]);
        int other = farthest(order, from, to, far);
        for (int i = 0; i < dimension; i++) {
            line[i] = centroids[far * dimension + i] - centroids[other * dimension + i];
        }
        for (int round = 0; round < ROUNDS; round++) {
            sort(order, from, to, line);
            Arrays.fill(line, 0f);
            addMean(order, from, middle, 1f, line);
            addMean(order, middle, to, -1f, line);
        }
        sort(order, from, to, line);
        halve(order, from, middle);
        halve(order, middle, to);
    }

    private int farthest(int[] order, int from, int to, int point) {
        int best = point;
        double most = -1;
        for (int i = from; i < to; i++) {
            double squared = 0;
            for (int j = 0; j < dimension; j++) {
                float x = centroids[order[i] * dimension + j] - centroids[point * dimension + j];
                squared += (double) x * x;
            }
            if (squared > most) {
                most = squared;
                best = order[i];
            }
        }
        return best;
    }

    private void addMean(int[] order, int from, int to, float sign, float[] into) {
        float share = sign / (to - from);
        for (int i = from; i < to; i++) {
            for (int j = 0; j < dimension; j++) {
                into[j] = Math.fma(share, centroids[order[i] * dimension + j], into[j]);
            }
        }
    }

    /// Orders a range by its places along a line, farthest along first; ties by number.
    private void sort(int[] order, int from, int to, float[] line) {
        record Placed(float along, int centroid) {}
        Placed[] placed = new Placed[to - from];
        for (int i = 0; i < placed.length; i++) {
            float dot = 0;
            for (int j = 0; j < dimension; j++) {
                dot = Math.fma(line[j], centroids[order[from + i] * dimension + j], dot);
            }
            placed[i] = new Placed(dot, order[from + i]);
        }
        Arrays.sort(placed, (a, b) -> a.along != b.along
                ? Float.compare(b.along, a.along)
                : Integer.compare(a.centroid, b.centroid));
        for (int i = 0; i < placed.length; i++) {
            order[from + i] = placed[i].centroid;
        }
    }
}
