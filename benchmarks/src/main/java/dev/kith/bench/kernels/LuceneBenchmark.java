package dev.kith.bench.kernels;

import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.apache.lucene.util.VectorUtil;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/// Time of one distance by Lucene's `VectorUtil`, rows on the heap as it takes them.
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@SuppressWarnings("NullAway.Init") // JMH fills the fields
public class LuceneBenchmark {
    private static final int ROWS = 1024;
    /// Rows of the larger places; fewer than ours, because arrays take more room, and still far beyond the caches.
    private static final int MANY = 1 << 17;

    /// Components of a vector.
    @Param({"384", "768"}) public int dimension;

    /// Where the rows are.
    @Param({"CACHE", "STREAM", "RANDOM"}) public Places place;

    private float[][] floats;
    private byte[][] bytes;
    private float[] floatQuery;
    private byte[] byteQuery;
    private byte[] bitQuery;
    private int[] order;
    private int at;

    /// Fills the rows.
    @Setup
    public void setUp() {
        SplittableRandom random = new SplittableRandom(1);
        int rows = Math.min(place.rows(), MANY);
        floats = new float[rows][dimension];
        bytes = new byte[rows][dimension];
        order = new int[Math.max(rows, ROWS)];
        for (int r = 0; r < rows; r++) {
            for (int i = 0; i < dimension; i++) {
                floats[r][i] = random.nextFloat() - 0.5f;
                bytes[r][i] = (byte) random.nextInt(256);
            }
        }
        for (int i = 0; i < order.length; i++) {
            order[i] = place == Places.RANDOM ? random.nextInt(rows) : i % rows;
        }
        floatQuery = floats[0].clone();
        byteQuery = bytes[0].clone();
        bitQuery = new byte[dimension / 2];
        random.nextBytes(bitQuery);
    }

    private int advance() {
        int from = at;
        at = (at + ROWS) % order.length;
        return order.length < ROWS ? 0 : from;
    }

    /// `dotProduct(float[], float[])`.
    @Benchmark
    @OperationsPerInvocation(ROWS)
    public float floatDot() {
        int from = advance();
        float sum = 0;
        for (int i = 0; i < ROWS; i++) {
            sum += VectorUtil.dotProduct(floatQuery, floats[order[(from + i) % order.length]]);
        }
        return sum;
    }

    /// `squareDistance(float[], float[])`.
    @Benchmark
    @OperationsPerInvocation(ROWS)
    public float floatSquaredL2() {
        int from = advance();
        float sum = 0;
        for (int i = 0; i < ROWS; i++) {
            sum += VectorUtil.squareDistance(floatQuery, floats[order[(from + i) % order.length]]);
        }
        return sum;
    }

    /// `dotProduct(byte[], byte[])`.
    @Benchmark
    @OperationsPerInvocation(ROWS)
    public long int8Dot() {
        int from = advance();
        long sum = 0;
        for (int i = 0; i < ROWS; i++) {
            sum += VectorUtil.dotProduct(byteQuery, bytes[order[(from + i) % order.length]]);
        }
        return sum;
    }
}
