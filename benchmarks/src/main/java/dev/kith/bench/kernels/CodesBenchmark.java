package dev.kith.bench.kernels;

import dev.kith.core.VectorKernels;
import dev.kith.core.pq.BlockLayout;
import dev.kith.core.pq.BlockScan;
import dev.kith.core.pq.ProductQuantizer;
import dev.kith.core.pq.ScalarCodes;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
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

/// Time of one estimated distance from codes: 1-bit and 4-bit product codes by block scan, and 4-bit and 8-bit scalar codes
/// row by row. Run in a JVM without the vector module it measures the scalar twins.
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@SuppressWarnings("NullAway.Init") // JMH fills the fields
public class CodesBenchmark {
    private static final int ROWS = 4096;

    /// Components of a vector.
    @Param({"384", "768"}) public int dimension;

    private Arena arena;
    private Lists signs;
    private Lists product;
    private ScalarCodes int8;
    private ScalarCodes int4;
    private MemorySegment scalarRows;
    private float[] query;
    private float querySum;

    private record Lists(BlockScan scan, MemorySegment codes, int blocks) {
        int scanAll() {
            int kept = 0;
            for (int from = 0; from < blocks; from += BlockScan.MAX_BLOCKS) {
                kept += scan.scan(codes, (long) from * scan.layout().blockBytes(), Math.min(BlockScan.MAX_BLOCKS, blocks - from));
            }
            return kept;
        }
    }

    /// Fills codes and tables.
    @Setup
    @SuppressWarnings("MustBeClosedChecker") // closed by tearDown
    public void setUp() throws InterruptedException {
        VectorKernels.awaitWarm();
        arena = Arena.ofConfined();
        SplittableRandom random = new SplittableRandom(1);
        query = new float[dimension];
        for (int i = 0; i < dimension; i++) {
            query[i] = random.nextFloat() - 0.5f;
            querySum += query[i];
        }
        signs = lists(ProductQuantizer.signs(dimension), random);
        float[] codebooks = new float[dimension * 16];
        for (int i = 0; i < codebooks.length; i++) {
            codebooks[i] = random.nextFloat() - 0.5f;
        }
        product = lists(ProductQuantizer.of(dimension / 4, 4, 4, codebooks), random);
        int8 = new ScalarCodes(8, dimension);
        int4 = new ScalarCodes(4, dimension);
        scalarRows = arena.allocate((long) ROWS * dimension, 64);
        fill(scalarRows, random);
    }

    private static void fill(MemorySegment memory, SplittableRandom random) {
        for (long i = 0; i < memory.byteSize(); i++) {
            memory.set(ValueLayout.JAVA_BYTE, i, (byte) random.nextInt(256));
        }
    }

    private Lists lists(ProductQuantizer quantizer, SplittableRandom random) {
        BlockLayout layout = BlockLayout.of(quantizer);
        int blocks = layout.blocks(ROWS);
        MemorySegment codes = arena.allocate((long) blocks * layout.blockBytes(), 64);
        byte[] code = new byte[quantizer.subspaces()];
        for (int row = 0; row < ROWS; row++) {
            for (int s = 0; s < code.length; s++) {
                code[s] = (byte) random.nextInt(quantizer.centroids());
            }
            long block = (long) (row / layout.rows()) * layout.blockBytes();
            layout.put(codes, block, row % layout.rows(), code, 0);
            layout.putFactors(codes, block, row % layout.rows(), 0f, BlockLayout.pack(1f, 0f));
        }
        BlockScan scan = new BlockScan(quantizer, arena);
        float[] table = new float[quantizer.subspaces() * quantizer.centroids()];
        quantizer.lookupTable(query, table);
        scan.tables().fill(table);
        scan.offset = 0;
        scan.width = 0;
        scan.threshold = -Float.MAX_VALUE;
        return new Lists(scan, codes, blocks);
    }

    /// Frees the codes.
    @TearDown
    public void tearDown() {
        arena.close();
    }

    /// One bit a component.
    @Benchmark
    @OperationsPerInvocation(ROWS)
    public int signCodes() {
        return signs.scanAll();
    }

    /// Four components a 4-bit code.
    @Benchmark
    @OperationsPerInvocation(ROWS)
    public int productCodes() {
        return product.scanAll();
    }

    /// Eight bits a component.
    @Benchmark
    @OperationsPerInvocation(ROWS)
    public float int8Codes() {
        float sum = 0;
        for (int row = 0; row < ROWS; row++) {
            sum += int8.dot(query, querySum, scalarRows, (long) row * int8.codeBytes());
        }
        return sum;
    }

    /// Four bits a component.
    @Benchmark
    @OperationsPerInvocation(ROWS)
    public float int4Codes() {
        float sum = 0;
        for (int row = 0; row < ROWS; row++) {
            sum += int4.dot(query, querySum, scalarRows, (long) row * int4.codeBytes());
        }
        return sum;
    }
}
