package dev.kith.bench.kernels;

import dev.kith.core.DenseVectors;
import dev.kith.core.Metric;
import dev.kith.core.Scorer;
import dev.kith.core.VectorBytes;
import dev.kith.core.VectorEncoding;
import dev.kith.core.VectorKernels;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/// Time of one distance by [DenseVectors]' scorers, in bulk and one at a time. Run in a JVM without the vector module it
/// measures the scalar twins.
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@SuppressWarnings("NullAway.Init") // JMH fills the fields
public class ScorerBenchmark {
    private static final int ROWS = 1024;
    private static final int BULK = 32;

    /// Components of a vector.
    @Param({"384", "768"}) public int dimension;

    /// Form of the rows.
    @Param({"FLOAT32", "INT8", "BFLOAT16", "FLOAT16"}) public VectorEncoding encoding;

    /// Metric of the distances.
    @Param({"INNER_PRODUCT", "SQUARED_L2"}) public Metric metric;

    /// Where the rows are.
    @Param({"CACHE", "STREAM", "RANDOM"}) public Places place;

    private Arena arena;
    private Scorer scorer;
    private int[] order;
    private int[] chunk;
    private float[] distances;
    private int at;

    /// Fills the rows.
    @Setup
    @SuppressWarnings("MustBeClosedChecker") // closed by tearDown
    public void setUp() throws InterruptedException {
        VectorKernels.awaitWarm(); // a scorer made before stays with the scalar twin
        arena = Arena.ofConfined();
        SplittableRandom random = new SplittableRandom(1);
        long stride = ((long) dimension * encoding.bytes() + 63) & -64L;
        MemorySegment rows = arena.allocate(stride * place.rows(), 64);
        float[] row = new float[dimension];
        for (int r = 0; r < place.rows(); r++) {
            for (int i = 0; i < dimension; i++) {
                row[i] = encoding == VectorEncoding.INT8 ? random.nextInt(256) - 128 : random.nextFloat() - 0.5f;
            }
            VectorBytes.write(encoding, row, rows, r * stride);
        }
        float[] query = new float[dimension];
        for (int i = 0; i < dimension; i++) {
            query[i] = encoding == VectorEncoding.INT8 ? random.nextInt(255) - 127 : random.nextFloat() - 0.5f;
        }
        scorer = DenseVectors.of(metric, encoding, dimension, place.rows(), stride, rows).scorer(query);
        order = new int[place.ordinals()];
        for (int i = 0; i < order.length; i++) {
            order[i] = place == Places.RANDOM ? random.nextInt(place.rows()) : i % place.rows();
        }
        chunk = new int[BULK];
        distances = new float[ROWS];
    }

    /// Frees the rows.
    @TearDown
    public void tearDown() {
        arena.close();
    }

    private int advance() {
        int from = at;
        at = (at + ROWS) % order.length;
        return order.length < ROWS ? 0 : from;
    }

    /// Rows named by ordinal, 32 a call: what a graph walk asks for.
    @Benchmark
    @OperationsPerInvocation(ROWS)
    public float bulk() {
        int from = advance();
        for (int i = 0; i < ROWS; i += BULK) {
            System.arraycopy(order, (from + i) % order.length, chunk, 0, BULK);
            scorer.score(chunk, BULK, distances);
        }
        return distances[0];
    }

    /// One row a call.
    @Benchmark
    @OperationsPerInvocation(ROWS)
    public float single() {
        int from = advance();
        float sum = 0;
        for (int i = 0; i < ROWS; i++) {
            chunk[0] = order[(from + i) % order.length];
            scorer.score(chunk, 1, distances);
            sum += distances[0];
        }
        return sum;
    }
}
