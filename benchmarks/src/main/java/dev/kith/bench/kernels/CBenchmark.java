package dev.kith.bench.kernels;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
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

/// Time of one inner product by C written by hand ([CKernels]), on rows as [ScorerBenchmark] has them, 32 a call.
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@SuppressWarnings("NullAway.Init") // JMH fills the fields
public class CBenchmark {
    private static final int ROWS = 1024;
    private static final int BULK = 32;

    /// Components of a vector.
    @Param({"384", "768"}) public int dimension;

    /// Where the rows are.
    @Param({"CACHE", "STREAM", "RANDOM"}) public Places place;

    private Arena arena;
    private MethodHandle kernel;
    private MemorySegment rows;
    private MemorySegment query;
    private MemorySegment order;
    private MemorySegment distances;
    private long stride;
    private int at;

    /// Compiles the kernel and fills the rows.
    @Setup
    @SuppressWarnings("MustBeClosedChecker") // closed by tearDown
    public void setUp() throws Exception {
        arena = Arena.ofConfined();
        MethodHandle loaded = CKernels.load(arena);
        if (loaded == null) {
            throw new IllegalStateException("there is no C compiler, or no AVX-512");
        }
        kernel = loaded;
        SplittableRandom random = new SplittableRandom(1);
        stride = (4L * dimension + 63) & -64L;
        rows = arena.allocate(stride * place.rows(), 64);
        query = arena.allocate(4L * dimension, 64);
        order = arena.allocate(4L * place.ordinals(), 64);
        distances = arena.allocate(4L * BULK, 64);
        for (int r = 0; r < place.rows(); r++) {
            for (int i = 0; i < dimension; i++) {
                rows.set(ValueLayout.JAVA_FLOAT_UNALIGNED, r * stride + 4L * i, random.nextFloat() - 0.5f);
            }
        }
        for (int i = 0; i < place.ordinals(); i++) {
            order.setAtIndex(ValueLayout.JAVA_INT, i, place == Places.RANDOM ? random.nextInt(place.rows()) : i % place.rows());
        }
        for (int i = 0; i < dimension; i++) {
            query.setAtIndex(ValueLayout.JAVA_FLOAT, i, random.nextFloat() - 0.5f);
        }
    }

    /// Frees the rows.
    @TearDown
    public void tearDown() {
        arena.close();
    }

    /// Rows named by ordinal, 32 a call.
    @Benchmark
    @OperationsPerInvocation(ROWS)
    public float floatDotBulk() throws Throwable {
        int count = place.ordinals();
        int from = at;
        at = (at + ROWS) % count;
        if (count < ROWS) {
            from = 0;
        }
        for (int i = 0; i < ROWS; i += BULK) {
            kernel.invokeExact(query, rows, stride, order.asSlice(4L * ((from + i) % count)), BULK, dimension, distances);
        }
        return distances.get(ValueLayout.JAVA_FLOAT, 0);
    }
}
