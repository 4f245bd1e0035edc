package dev.kith.bench.kernels;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import java.util.concurrent.TimeUnit;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/// What one core of this machine can do at most: bytes copied and read from memory, and fused multiply-adds in registers.
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@SuppressWarnings("NullAway.Init") // JMH fills the fields
public class RooflineBenchmark {
    /// Bytes that a copy or a scan moves each time: beyond every cache.
    public static final long BYTES = 256L << 20;
    /// Steps of the multiply-add loop.
    public static final int STEPS = 1 << 16;
    /// Independent sums, enough to fill the pipelines.
    public static final int SUMS = 12;
    private static final VectorSpecies<Float> S = FloatVector.SPECIES_PREFERRED;

    private Arena arena;
    private MemorySegment source;
    private MemorySegment target;
    private float factor;

    /// Touches the memory.
    @Setup
    @SuppressWarnings("MustBeClosedChecker") // closed by tearDown
    public void setUp() {
        arena = Arena.ofConfined();
        source = arena.allocate(BYTES, 64).fill((byte) 1);
        target = arena.allocate(BYTES, 64).fill((byte) 2);
        factor = 0.999f;
    }

    /// Frees it.
    @TearDown
    public void tearDown() {
        arena.close();
    }

    /// Components of a register.
    public static int lanes() {
        return S.length();
    }

    /// Memory to memory.
    @Benchmark
    public MemorySegment copy() {
        return target.copyFrom(source);
    }

    /// Memory to registers, eight sums at a time.
    @Benchmark
    public float scan() {
        FloatVector a = FloatVector.zero(S);
        FloatVector b = a;
        FloatVector c = a;
        FloatVector d = a;
        int step = S.vectorByteSize();
        for (long i = 0; i <= BYTES - 4L * step; i += 4L * step) {
            a = a.add(FloatVector.fromMemorySegment(S, source, i, ByteOrder.LITTLE_ENDIAN));
            b = b.add(FloatVector.fromMemorySegment(S, source, i + step, ByteOrder.LITTLE_ENDIAN));
            c = c.add(FloatVector.fromMemorySegment(S, source, i + 2L * step, ByteOrder.LITTLE_ENDIAN));
            d = d.add(FloatVector.fromMemorySegment(S, source, i + 3L * step, ByteOrder.LITTLE_ENDIAN));
        }
        return a.add(b).add(c.add(d)).reduceLanes(VectorOperators.ADD);
    }

    /// [#STEPS] times [#SUMS] multiply-adds of a register.
    @Benchmark
    public float fma() {
        FloatVector x = FloatVector.broadcast(S, factor);
        FloatVector a = x;
        FloatVector b = x.add(1f);
        FloatVector c = x.add(2f);
        FloatVector d = x.add(3f);
        FloatVector e = x.add(4f);
        FloatVector f = x.add(5f);
        FloatVector g = x.add(6f);
        FloatVector h = x.add(7f);
        FloatVector i = x.add(8f);
        FloatVector j = x.add(9f);
        FloatVector k = x.add(10f);
        FloatVector l = x.add(11f);
        for (int step = 0; step < STEPS; step++) {
            a = a.fma(x, x);
            b = b.fma(x, x);
            c = c.fma(x, x);
            d = d.fma(x, x);
            e = e.fma(x, x);
            f = f.fma(x, x);
            g = g.fma(x, x);
            h = h.fma(x, x);
            i = i.fma(x, x);
            j = j.fma(x, x);
            k = k.fma(x, x);
            l = l.fma(x, x);
        }
        return a.add(b).add(c).add(d).add(e).add(f).add(g).add(h).add(i).add(j).add(k).add(l).reduceLanes(VectorOperators.ADD);
    }
}
