package dev.kith.gpu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// The products themselves, against a triple loop in double: operands the right way round, strides, formats.
class CublasTest {
    private record Case(int rows, int queries, int dimension, int batches) {}

    @ParameterizedTest
    @EnumSource(GpuPrecision.class)
    void productsAreQueriesTimesRows(GpuPrecision precision) {
        Random random = new Random(11);
        for (int i = 0; i < 20; i++) {
            check(precision, new Case(1 + random.nextInt(40), 1 + random.nextInt(20), 1 + random.nextInt(70), 1), random);
        }
        CudaDouble.assertClean(precision.toString());
    }

    @Test
    void batchedProductsLieOneBehindTheOther() {
        Random random = new Random(12);
        for (int i = 0; i < 10; i++) {
            check(GpuPrecision.FLOAT32, new Case(1 + random.nextInt(9), 1 + random.nextInt(9), 1 + random.nextInt(9), 2 + i),
                    random);
        }
        CudaDouble.assertClean("batched");
    }

    private static void check(GpuPrecision precision, Case c, Random random) {
        CudaDouble.reset(1 << 24);
        var libraries = CudaLibraries.find(List.of(CudaDouble.folder())).libraries();
        CudaRuntime runtime = new CudaRuntime(libraries.runtime());
        Cublas blas = new Cublas(libraries.blas());
        List<AutoCloseable> owned = new ArrayList<>();
        long handle = blas.create();
        owned.add(() -> blas.destroy(handle));
        long stream = runtime.createStream();
        owned.add(() -> runtime.destroyStream(stream));
        assertEquals(130000, blas.version(handle));
        float[] rows = values(random, c.batches * c.rows * c.dimension);
        float[] queries = values(random, c.batches * c.queries * c.dimension);
        int results = c.batches * c.rows * c.queries;
        long deviceRows = up(runtime, stream, precision, rows, owned);
        long deviceQueries = up(runtime, stream, precision, queries, owned);
        long products = runtime.allocate(4L * results);
        owned.add(() -> runtime.free(products));
        PinnedBuffer host = new PinnedBuffer(runtime, 4L * results);
        owned.add(host);
        blas.setStream(handle, stream);
        var product = new Cublas.Product(deviceRows, c.rows, deviceQueries, c.queries, c.dimension, products);
        if (c.batches == 1) {
            blas.multiply(handle, precision, product);
        } else {
            blas.multiplyBatched(handle, product, c.batches);
        }
        runtime.copy(host.memory().address(), products, 4L * results, CudaRuntime.Direction.DOWN, stream);
        runtime.awaitStream(stream);
        compare(c, rows, queries, host.memory(), 3 * precision.error().operandRounding() + 1e-6);
        Closing.all(owned);
    }

    private static long up(CudaRuntime runtime, long stream, GpuPrecision precision, float[] values, List<AutoCloseable> owned) {
        long bytes = (long) values.length * precision.bytes();
        PinnedBuffer host = new PinnedBuffer(runtime, bytes);
        owned.add(host);
        Operands.write(precision, values, values.length, host.memory(), 0);
        long address = runtime.allocate(bytes);
        owned.add(() -> runtime.free(address));
        runtime.copy(address, host.memory().address(), bytes, CudaRuntime.Direction.UP, stream);
        return address;
    }

    private static float[] values(Random random, int count) {
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return values;
    }

    private static void compare(Case c, float[] rows, float[] queries, MemorySegment products, double tolerance) {
        for (int b = 0; b < c.batches; b++) {
            for (int q = 0; q < c.queries; q++) {
                for (int r = 0; r < c.rows; r++) {
                    double sum = 0;
                    double size = 0;
                    for (int i = 0; i < c.dimension; i++) {
                        double term = (double) rows[(b * c.rows + r) * c.dimension + i]
                                * queries[(b * c.queries + q) * c.dimension + i];
                        sum += term;
                        size += Math.abs(term);
                    }
                    float found = products.getAtIndex(ValueLayout.JAVA_FLOAT, ((long) b * c.queries + q) * c.rows + r);
                    assertTrue(Math.abs(found - sum) <= tolerance * size,
                            c + " batch " + b + " query " + q + " row " + r + ": " + found
                                    + " instead of " + sum);
                }
            }
        }
    }
}
