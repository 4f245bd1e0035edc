package dev.kith.ivfpq;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.kith.core.BuildControl;
import dev.kith.core.DenseVectors;
import dev.kith.core.Metric;
import dev.kith.core.TopK;
import dev.kith.core.cluster.CentroidCodes;
import java.io.IOException;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/// Two levels of centroids: no list may get lost, and the near ones must come first.
class CoarseRankingTest {
    private static final int DIMENSION = 24;
    private static final int ROWS = 8_000;
    private static final int NLIST = 1100;

    private static IvfPqIndex index(Metric metric) throws IOException {
        DenseVectors vectors = TestRows.vectors(metric, TestRows.rows(1, ROWS, DIMENSION), DIMENSION);
        IvfPqIndex flat = IvfPqIndex.build(vectors, IvfPqParameters.DEFAULTS.withNlist(NLIST), BuildControl.NONE);
        IvfModel model = flat.data().model();
        // as if there were very many lists
        IvfModel grouped = new IvfModel(model.shape, model.seed, CentroidGroups.arrange(model.centroids, NLIST, DIMENSION), true,
                model.rotation, model.quantizer);
        RowStore store = new RowStore(model.shape);
        RowEncoder encoder = new RowEncoder(grouped, 0f, null);
        float[] row = new float[DIMENSION];
        float[] block = new float[RowEncoder.BLOCK * DIMENSION];
        for (int from = 0; from < ROWS; from += RowEncoder.BLOCK) {
            int n = Math.min(RowEncoder.BLOCK, ROWS - from);
            for (int r = 0; r < n; r++) {
                vectors.copyRow(from + r, row);
                IvfModel.normalize(metric, row, 0, DIMENSION);
                System.arraycopy(row, 0, block, r * DIMENSION, DIMENSION);
            }
            encoder.encode(block, n, from, store);
        }
        IvfWriter writer = new IvfWriter(grouped, store, ROWS, false, BuildControl.NONE);
        MemorySink sink = new MemorySink(writer.totalBytes());
        writer.write(sink);
        IvfPqIndex index = IvfPqIndex.open(sink.memory());
        index.verify();
        return index;
    }

    @Test
    void everyListComesOnceAndTheNearestComeFirst() throws IOException {
        for (Metric metric : Metric.values()) {
            IvfData data = index(metric).data();
            assertTrue(data.header.grouped());
            CoarseRanking ranking = new CoarseRanking(data);
            int missed = 0;
            for (float[] query : TestRows.rows(2, 30, DIMENSION)) {
                IvfModel.normalize(metric, query, 0, DIMENSION);
                ranking.rank(query, NLIST);
                int[] exact = new int[32];
                Arrays.setAll(exact, _ -> ranking.next());
                ranking.rank(query, exact.length);
                Set<Integer> drawn = new HashSet<>();
                for (int list = ranking.next(); list >= 0; list = ranking.next()) {
                    assertTrue(drawn.add(list), "list " + list + " comes twice");
                    if (drawn.size() == exact.length) {
                        missed += (int) Arrays.stream(exact).filter(l -> !drawn.contains(l)).count();
                    }
                }
                assertEquals(NLIST, drawn.size());
            }
            assertTrue(missed < 0.1 * 30 * 32, metric + ": " + missed + " of the 960 nearest lists come late");
        }
    }

    @Test
    void groupingOnlyReordersCentroidsAndBringsNearOnesTogether() {
        SplittableRandom random = new SplittableRandom(5);
        for (int count : new int[]{1, 63, 64, 65, 130, 1000}) {
            float[] centroids = TestRows.centers(random, count, DIMENSION);
            float[] arranged = CentroidGroups.arrange(centroids, count, DIMENSION);
            assertArrayEquals(sortedRows(centroids, count), sortedRows(arranged, count));
            double before = spread(centroids, count);
            double after = spread(arranged, count);
            assertTrue(count < 130 ? after <= before * 1.001 : after < 0.98 * before, count + ": " + before + " to " + after);
        }
    }

    private static String[] sortedRows(float[] rows, int count) {
        String[] all = new String[count];
        Arrays.setAll(all, r -> Arrays.toString(Arrays.copyOfRange(rows, r * DIMENSION, (r + 1) * DIMENSION)));
        Arrays.sort(all);
        return all;
    }

    /// Mean squared distance of a centroid to its group's mean.
    private static double spread(float[] centroids, int count) {
        float[] means = CentroidGroups.means(centroids, count, DIMENSION);
        double sum = 0;
        for (int c = 0; c < count; c++) {
            for (int i = 0; i < DIMENSION; i++) {
                double x = centroids[c * DIMENSION + i] - means[c / CentroidCodes.GROUP * DIMENSION + i];
                sum += x * x;
            }
        }
        return sum / count;
    }

    @Test
    void aSearchThroughGroupsFindsWhatOneThroughAllCentroidsFinds() throws IOException {
        DenseVectors vectors = TestRows.vectors(Metric.SQUARED_L2, TestRows.rows(1, ROWS, DIMENSION), DIMENSION);
        IvfPqIndex index = index(Metric.SQUARED_L2);
        double some = 0;
        for (float[] query : TestRows.rows(3, 40, DIMENSION)) {
            TopK exact = TestRows.exact(vectors, query, 10, null);
            TopK found = new TopK(10);
            index.search(query, vectors.scorer(query), SearchEffort.of(50, 400), null, found);
            some += TestRows.recall(exact, found) / 40;
            TopK all = new TopK(10);
            index.search(query, vectors.scorer(query), SearchEffort.fixed(NLIST, ROWS), null, all);
            TestRows.assertSameDistances(exact, all, "all lists and all rows are the exact search");
        }
        assertTrue(some > 0.85, "50 of 1100 lists: recall " + some);
    }
}
