package dev.kith.core.batch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.kith.core.AcceptOrdinals;
import dev.kith.core.BatchScorer;
import dev.kith.core.DenseVectors;
import dev.kith.core.Metric;
import dev.kith.core.VectorEncoding;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CpuBatchScorerTest {
    private static final float[] SCALES = {1f, 1e-3f, 1e-22f, 1e-38f, 1e15f, 1e19f, 3e37f};

    @ParameterizedTest
    @ValueSource(ints = {0, 4, 8})
    void answersAsThePlainScanDoesOnRandomShapes(int rowsPerTile) {
        BatchScorer scorer = new CpuBatchScorer(rowsPerTile);
        for (long seed = 1; seed <= 150; seed++) {
            Random random = new Random(seed * 31);
            var size = new BatchWorkload.Size(random.nextInt(400), 1 + random.nextInt(random.nextInt(10) == 0 ? 900 : 70),
                    random.nextInt(80), 1 + random.nextInt(random.nextInt(5) == 0 ? 500 : 12));
            Metric metric = Metric.values()[random.nextInt(3)];
            VectorEncoding encoding = VectorEncoding.values()[random.nextInt(2)];
            float scale = SCALES[random.nextInt(SCALES.length)];
            try (Arena arena = Arena.ofConfined()) {
                BatchWorkload work = BatchWorkload.random(arena, metric, encoding, size, scale, seed);
                work.assertAnswers(work.answeredBy(scorer), "seed " + seed + " " + metric + " " + encoding + " " + size + " x"
                        + scale + ", " + rowsPerTile + " rows a tile");
            }
        }
    }

    @Test
    void rowsFarFromTheOriginAreNotLostToCancellation() {
        // |q|^2 - 2 q.x + |x|^2 is worthless here; the margin must send every row to the exact distance.
        try (Arena arena = Arena.ofConfined()) {
            int rows = 700;
            int dimension = 48;
            MemorySegment memory = arena.allocate(4L * rows * dimension);
            Random random = new Random(5);
            for (int i = 0; i < rows * dimension; i++) {
                memory.set(BatchWorkload.FLOAT, 4L * i, 50_000f + (float) random.nextGaussian());
            }
            float[] queries = new float[40 * dimension];
            for (int i = 0; i < queries.length; i++) {
                queries[i] = 50_000f + (float) random.nextGaussian();
            }
            var vectors = DenseVectors.of(Metric.SQUARED_L2, VectorEncoding.FLOAT32, dimension, rows, 4L * dimension, memory);
            var work = new BatchWorkload(vectors, queries, 40, 7, AcceptOrdinals.all(rows));
            work.assertAnswers(work.answeredBy(BatchScorers.cpu()), "far from the origin");
        }
    }

    @Test
    void manyQueriesAreAnsweredGroupByGroup() {
        try (Arena arena = Arena.ofConfined()) {
            var size = new BatchWorkload.Size(130, 20, 1300, 1);
            BatchWorkload work = BatchWorkload.random(arena, Metric.SQUARED_L2, VectorEncoding.FLOAT32, size, 1, 2);
            work.assertAnswers(work.answeredBy(BatchScorers.cpu()), "1300 queries");
        }
    }

    @Test
    void refusesQueriesThatAreTooShort() {
        try (Arena arena = Arena.ofConfined()) {
            BatchWorkload work = BatchWorkload.random(arena, Metric.COSINE, VectorEncoding.FLOAT32,
                    new BatchWorkload.Size(10, 4, 3, 2), 1, 2);
            var error = assertThrows(IllegalArgumentException.class,
                    () -> BatchScorers.cpu().nearest(work.vectors(), new float[11], 3, 2, AcceptOrdinals.all(10)));
            assertEquals("queries must hold 3 x 4 components, holds 11", error.getMessage());
            assertThrows(IllegalArgumentException.class,
                    () -> BatchScorers.cpu().nearest(work.vectors(), work.queries(), 3, 0, AcceptOrdinals.all(10)));
            assertThrows(IllegalArgumentException.class,
                    () -> BatchScorers.cpu().nearest(work.vectors(), work.queries(), -1, 1, AcceptOrdinals.all(10)));
        }
    }

    @Test
    void theBoundHoldsForEveryProductOfTheTile() {
        // The margin is only as good as its bound: compare each approximate distance with the scorer's.
        for (long seed = 1; seed <= 60; seed++) {
            Random random = new Random(seed);
            Metric metric = Metric.values()[random.nextInt(3)];
            VectorEncoding encoding = VectorEncoding.values()[random.nextInt(2)];
            var size = new BatchWorkload.Size(8, 1 + random.nextInt(1600), TileKernel.QUERIES, 1);
            try (Arena arena = Arena.ofConfined()) {
                BatchWorkload work = BatchWorkload.random(arena, metric, encoding, size, SCALES[random.nextInt(5)], seed);
                checkBound(work, "seed " + seed + " " + metric + " " + encoding + " " + size);
            }
        }
    }

    private static void checkBound(BatchWorkload work, String what) {
        DenseVectors vectors = work.vectors();
        int dimension = vectors.dimension();
        RowBlock rows = new RowBlock(8, dimension, vectors.encoding());
        int[] ordinals = {0, 1, 2, 3, 4, 5, 6, 7};
        rows.load(vectors, ordinals, 0, 8);
        QueryBlock queries = new QueryBlock(vectors.metric(), dimension, work.queries(), 0, TileKernel.QUERIES);
        float[] packed = new float[dimension * TileKernel.QUERIES];
        for (int q = 0; q < TileKernel.QUERIES; q++) {
            for (int c = 0; c < dimension; c++) {
                packed[c * TileKernel.QUERIES + q] = queries.values()[q * dimension + c];
            }
        }
        float[] products = new float[8 * TileKernel.QUERIES];
        TileKernel.dots8(rows.values(), 0, packed, 0, dimension, products);
        float[] exact = new float[8];
        for (int q = 0; q < TileKernel.QUERIES; q++) {
            vectors.scorer(queries.query(q)).score(ordinals, 8, exact);
            double error = queries.error(q, ProductError.FLOAT32, rows.norms());
            for (int r = 0; r < 8; r++) {
                double distance = queries.distance(q, products[r * TileKernel.QUERIES + q] - rows.bias(r));
                assertTrue(Math.abs(distance - exact[r]) <= error,
                        what + " query " + q + " row " + r + ": " + distance + " against " + exact[r] + " +- " + error);
            }
        }
    }
}
