package dev.kith.gpu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.kith.core.AcceptOrdinals;
import dev.kith.core.Metric;
import dev.kith.core.VectorEncoding;
import dev.kith.core.batch.AcceleratorOptions;
import dev.kith.core.batch.BatchShape;
import java.lang.foreign.Arena;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class GpuBatchScorerTest {
    private static final long PLENTY = 1L << 30;

    @ParameterizedTest
    @EnumSource(GpuPrecision.class)
    void answersAsTheCpuDoesOnRandomShapes(GpuPrecision precision) {
        CudaDouble.reset(PLENTY);
        try (GpuBatchScorer scorer = CudaDouble.open(CudaDouble.options(AcceleratorOptions.REQUIRED, precision))) {
            for (long seed = 1; seed <= 60; seed++) {
                Random random = new Random(seed * 77);
                Metric metric = Metric.values()[random.nextInt(3)];
                var size = GpuWorkload.Size.random(random);
                try (Arena arena = Arena.ofConfined()) {
                    GpuWorkload work = GpuWorkload.random(arena, metric, size, seed);
                    String what = "seed " + seed + " " + metric + " " + size + " " + precision;
                    work.assertAnswers(work.answeredBy(scorer), what);
                    if (seed % 2 == 0) {
                        try (ResidentVectors resident = scorer.resident(work.vectors())) {
                            assertTrue(resident.bytes() > 0);
                            work.assertAnswers(work.answeredBy(scorer), what + " resident");
                        }
                        work.assertAnswers(work.answeredBy(scorer), what + " no longer resident");
                    }
                }
            }
            CudaDouble.assertNoMisuse("random shapes");
        }
        CudaDouble.assertClean("after " + precision);
    }

    @Test
    void manyBlocksAndGroupsAreCutAndJoinedRight() {
        // Memory for small blocks only: several groups of queries, many blocks each, both slots in turn.
        long cap = 64 << 10;
        CudaDouble.reset(PLENTY);
        var options = CudaDouble.options(AcceleratorOptions.REQUIRED.withMemoryBytes(cap), GpuPrecision.FLOAT32);
        try (GpuBatchScorer scorer = CudaDouble.open(options); Arena arena = Arena.ofConfined()) {
            for (Metric metric : Metric.values()) {
                GpuWorkload work = GpuWorkload.random(arena, metric, new GpuWorkload.Size(3000, 31, 300, 9), 4);
                work.assertAnswers(work.answeredBy(scorer), metric + " in small blocks");
                assertTrue(CudaDouble.peak() <= cap, "held " + CudaDouble.peak() + " of " + cap);
                assertTrue(scorer.heldBytes() <= cap);
            }
        }
        CudaDouble.assertClean("small blocks");
    }

    @Test
    void noRowsNoQueriesAndBadArguments() {
        CudaDouble.reset(PLENTY);
        try (GpuBatchScorer scorer = CudaDouble.open(CudaDouble.options()); Arena arena = Arena.ofConfined()) {
            GpuWorkload work = GpuWorkload.random(arena, Metric.SQUARED_L2, new GpuWorkload.Size(10, 4, 3, 2), 1);
            assertEquals(0, scorer.nearest(work.vectors(), work.queries(), 0, 2, work.accept()).length);
            assertEquals(0, scorer.nearest(work.vectors(), work.queries(), 3, 2, AcceptOrdinals.of(new long[1], 10))[2].length);
            assertThrows(IllegalArgumentException.class,
                    () -> scorer.nearest(work.vectors(), new float[5], 3, 2, work.accept()));
            assertThrows(IllegalArgumentException.class,
                    () -> scorer.nearest(work.vectors(), work.queries(), 3, 0, work.accept()));
            // An accept set of other vectors: an error, no stray read, and the device stays usable.
            assertThrows(IndexOutOfBoundsException.class,
                    () -> scorer.nearest(work.vectors(), work.queries(), 3, 2, AcceptOrdinals.all(11)));
            assertTrue(scorer.usable());
            work.assertAnswers(work.answeredBy(scorer), "after bad arguments");
        }
        CudaDouble.assertClean("bad arguments");
    }

    @Test
    void vectorsThatDoNotFitAreRefusedAndTheDeviceGoesOn() {
        CudaDouble.reset(PLENTY);
        var options = CudaDouble.options(AcceleratorOptions.REQUIRED.withMemoryBytes(100_000), GpuPrecision.FLOAT32);
        try (GpuBatchScorer scorer = CudaDouble.open(options); Arena arena = Arena.ofConfined()) {
            GpuWorkload work = GpuWorkload.random(arena, Metric.SQUARED_L2, new GpuWorkload.Size(2000, 50, 20, 3), 9);
            var error = assertThrows(GpuMemoryException.class, () -> scorer.resident(work.vectors()));
            assertEquals("resident vectors needs 400000 bytes of device memory, the budget has 100000 left", error.getMessage());
            work.assertAnswers(work.answeredBy(scorer), "streamed instead");
            GpuWorkload wide = GpuWorkload.random(arena, Metric.SQUARED_L2, new GpuWorkload.Size(20, 5000, 2, 3), 8);
            assertThrows(GpuMemoryException.class, () -> wide.answeredBy(scorer));
            assertTrue(scorer.usable());
        }
        CudaDouble.assertClean("too large");
    }

    @Test
    void residentVectorsCostNoTransferInTheEstimate() {
        CudaDouble.reset(PLENTY);
        try (GpuBatchScorer scorer = CudaDouble.open(CudaDouble.options()); Arena arena = Arena.ofConfined()) {
            GpuWorkload work = GpuWorkload.random(arena, Metric.SQUARED_L2, new GpuWorkload.Size(4000, 200, 3, 5), 4);
            BatchShape all = new BatchShape(3, 4000, 200, 5, VectorEncoding.FLOAT32);
            BatchShape few = new BatchShape(3, 40, 200, 5, VectorEncoding.FLOAT32);
            double sent = scorer.estimatedSeconds(all);
            assertEquals(sent, scorer.estimatedSeconds(work.vectors(), all));
            try (ResidentVectors resident = scorer.resident(work.vectors())) {
                assertEquals(4L * 4000 * 200, resident.bytes());
                double held = scorer.estimatedSeconds(work.vectors(), all);
                assertTrue(held < 0.9 * sent, held + " s held, " + sent + " s sent");
                assertEquals(sent, scorer.estimatedSeconds(all), "other vectors of that shape are sent");
                assertEquals(scorer.estimatedSeconds(few), scorer.estimatedSeconds(work.vectors(), few),
                        "a few accepted rows are sent though all are held");
            }
            assertEquals(sent, scorer.estimatedSeconds(work.vectors(), all), "no longer held");
        }
        CudaDouble.assertClean("estimates");
    }

    @Test
    void closingFreesResidentVectorsAndLaterCallsThrow() {
        CudaDouble.reset(PLENTY);
        try (Arena arena = Arena.ofConfined()) {
            GpuWorkload work = GpuWorkload.random(arena, Metric.COSINE, new GpuWorkload.Size(50, 8, 5, 3), 2);
            GpuBatchScorer scorer = CudaDouble.open(CudaDouble.options());
            ResidentVectors resident = scorer.resident(work.vectors());
            assertThrows(IllegalStateException.class, () -> scorer.resident(work.vectors()));
            scorer.close();
            scorer.close();
            resident.close();
            assertFalse(scorer.usable());
            assertThrows(GpuClosedException.class, () -> work.answeredBy(scorer));
            assertThrows(GpuClosedException.class, () -> scorer.resident(work.vectors()));
        }
        CudaDouble.assertClean("closed");
    }
}
