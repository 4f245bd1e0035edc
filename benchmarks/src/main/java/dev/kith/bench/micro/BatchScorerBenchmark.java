package dev.kith.bench.micro;

import dev.kith.core.AcceptOrdinals;
import dev.kith.core.DenseVectors;
import dev.kith.core.Metric;
import dev.kith.core.VectorEncoding;
import dev.kith.core.batch.BatchScorers;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/// Exact search of a batch on one CPU core. One query is the plain scan that the others are compared with; from how many
/// queries on the tile wins, and how many should share a pass over the rows, is what this tuned.
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Fork(value = 1, jvmArgsAppend = {"--add-modules=jdk.incubator.vector", "--enable-native-access=ALL-UNNAMED"})
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
public class BatchScorerBenchmark {
    private static final int ROWS = 20_000;
    private static final int CENTRES = 200;

    /// Queries of a call.
    @Param({"1", "3", "32", "512"}) public int queryCount;

    /// Components of a vector.
    @Param({"128", "384", "1536"}) public int dimension;

    /// What is searched for.
    @Param({"SQUARED_L2", "INNER_PRODUCT"}) public Metric metric = Metric.SQUARED_L2;

    private final Arena arena = Arena.ofShared();
    private DenseVectors vectors = DenseVectors.of(Metric.SQUARED_L2, VectorEncoding.FLOAT32, 1, 0, 4, MemorySegment.NULL);
    private float[] queries = {};

    /// Clustered rows, so that limits fall as they do in real data.
    @Setup
    public void fill() {
        Random random = new Random(1);
        float[] centres = gaussian(random, CENTRES * dimension, 1f);
        ValueLayout.OfFloat layout = ValueLayout.JAVA_FLOAT.withOrder(ByteOrder.LITTLE_ENDIAN);
        MemorySegment rows = arena.allocate(4L * ROWS * dimension, 64);
        for (int r = 0; r < ROWS; r++) {
            MemorySegment.copy(near(random, centres), 0, rows, layout, 4L * r * dimension, dimension);
        }
        vectors = DenseVectors.of(metric, VectorEncoding.FLOAT32, dimension, ROWS, 4L * dimension, rows);
        queries = new float[queryCount * dimension];
        for (int q = 0; q < queryCount; q++) {
            System.arraycopy(near(random, centres), 0, queries, q * dimension, dimension);
        }
    }

    private float[] near(Random random, float[] centres) {
        float[] row = gaussian(random, dimension, 0.7f);
        int centre = random.nextInt(CENTRES) * dimension;
        for (int i = 0; i < dimension; i++) {
            row[i] += centres[centre + i];
        }
        return row;
    }

    private static float[] gaussian(Random random, int count, float scale) {
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = scale * (float) random.nextGaussian();
        }
        return values;
    }

    /// Frees the rows.
    @TearDown
    public void close() {
        arena.close();
    }

    /// The ten nearest rows of every query.
    @Benchmark
    public long[][] nearest() {
        return BatchScorers.cpu().nearest(vectors, queries, queryCount, 10, AcceptOrdinals.all(ROWS));
    }
}
