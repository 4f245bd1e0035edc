package dev.kith.core.batch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.kith.core.AcceptOrdinals;
import dev.kith.core.DenseVectors;
import dev.kith.core.Metric;
import dev.kith.core.VectorEncoding;
import java.lang.foreign.Arena;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class BatchScorersTest {
    private final Arena arena = Arena.ofConfined();
    private final BatchWorkload work = BatchWorkload.random(arena, Metric.SQUARED_L2, VectorEncoding.FLOAT32,
            new BatchWorkload.Size(90, 6, 20, 4), 1f, 3);

    @AfterEach
    void free() {
        arena.close();
    }

    /// A device that is as fast as said, answers as the CPU does, and fails when told.
    private static final class Device implements BatchAccelerator, AcceleratorProvider {
        double seconds;
        boolean lost;
        private boolean broken;
        boolean busy;
        boolean closed;
        int calls;
        /// Vectors it holds already; a search over them takes no time.
        @Nullable DenseVectors held;

        Device(double seconds) {
            this.seconds = seconds;
        }

        @Override
        public Found open(AcceleratorOptions options) {
            return new Found.Usable(this);
        }

        @Override
        public double estimatedSeconds(BatchShape shape) {
            return seconds;
        }

        @Override
        public double estimatedSeconds(DenseVectors vectors, BatchShape shape) {
            return vectors == held ? 0 : seconds;
        }

        @Override
        public boolean usable() {
            return !broken && !closed;
        }

        @Override
        public void close() {
            closed = true;
        }

        @Override
        public long[][] nearest(DenseVectors vectors, float[] queries, int queryCount, int k, AcceptOrdinals accept) {
            calls++;
            broken |= lost;
            if (broken || busy) {
                throw new AcceleratorException(broken ? "device lost" : "device busy");
            }
            return BatchScorers.cpu().nearest(vectors, queries, queryCount, k, accept);
        }

        @Override
        public String name() {
            return "test:0";
        }
    }

    private static final AcceleratorProvider NONE = new AcceleratorProvider() {
        @Override
        public String name() {
            return "nothing";
        }

        @Override
        public Found open(AcceleratorOptions options) {
            return new Found.Unavailable("no such device");
        }
    };

    @Test
    void theSoonerOneAnswers() {
        Device fast = new Device(0);
        Device slow = new Device(1e9);
        try (var scorers = BatchScorers.open(AcceleratorOptions.AUTO, List.of(NONE, fast))) {
            work.assertAnswers(work.answeredBy(scorers), "fast");
            assertEquals(new BatchStatistics(0, 1, 0, null), scorers.statistics());
            assertEquals("cpu+test:0", scorers.name());
        }
        assertTrue(fast.closed);
        try (var scorers = BatchScorers.open(AcceleratorOptions.AUTO, List.of(slow))) {
            work.assertAnswers(work.answeredBy(scorers), "slow");
            assertEquals(new BatchStatistics(1, 0, 0, null), scorers.statistics());
            assertEquals(0, slow.calls);
        }
    }

    @Test
    void vectorsThatADeviceHoldsDecideForIt() {
        Device slow = new Device(1e9);
        try (var scorers = BatchScorers.open(AcceleratorOptions.AUTO, List.of(slow))) {
            work.assertAnswers(work.answeredBy(scorers), "sent");
            assertEquals(0, slow.calls);
            slow.held = work.vectors();
            work.assertAnswers(work.answeredBy(scorers), "held");
            assertEquals(1, slow.calls);
        }
    }

    @Test
    void aDeviceThatFailsIsNotTriedAgain() {
        Device device = new Device(0);
        try (var scorers = BatchScorers.open(AcceleratorOptions.AUTO, List.of(device))) {
            device.busy = true;
            work.assertAnswers(work.answeredBy(scorers), "busy");
            device.busy = false;
            work.assertAnswers(work.answeredBy(scorers), "back");
            assertEquals(new BatchStatistics(0, 1, 1, "device busy"), scorers.statistics());
            device.lost = true;
            work.assertAnswers(work.answeredBy(scorers), "lost in the call");
            work.assertAnswers(work.answeredBy(scorers), "lost before the call");
            assertEquals(new BatchStatistics(1, 1, 2, "device lost"), scorers.statistics());
            assertEquals(3, device.calls);
        }
    }

    @Test
    void requiredNeverFallsBack() {
        var missing = assertThrows(AcceleratorException.class,
                () -> BatchScorers.open(AcceleratorOptions.REQUIRED, List.of(NONE)));
        assertEquals("an accelerator is required, but nothing: no such device", missing.getMessage());
        assertThrows(AcceleratorException.class, () -> BatchScorers.open(AcceleratorOptions.REQUIRED, List.of()));
        Device device = new Device(1e9);
        try (var scorers = BatchScorers.open(AcceleratorOptions.REQUIRED, List.of(device))) {
            work.assertAnswers(work.answeredBy(scorers), "required");
            assertEquals(1, device.calls);
            device.busy = true;
            assertThrows(AcceleratorException.class, () -> work.answeredBy(scorers));
        }
    }

    @Test
    void offNeverLooks() {
        Device device = new Device(0);
        try (var scorers = BatchScorers.open(AcceleratorOptions.OFF, List.of(device))) {
            work.assertAnswers(work.answeredBy(scorers), "off");
            assertEquals(0, device.calls);
            assertSame(BatchScorers.cpu(), scorers.best(new BatchShape(1000, 1 << 20, 768, 10, VectorEncoding.FLOAT32)));
        }
    }

    @Test
    void withoutAModuleTheCpuAnswersAndSaysWhy() {
        try (var scorers = BatchScorers.open(AcceleratorOptions.AUTO, List.of())) {
            work.assertAnswers(work.answeredBy(scorers), "no module");
            assertEquals("no accelerator module on the class path", scorers.explanation());
        }
    }
}
