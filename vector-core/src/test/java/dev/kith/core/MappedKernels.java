package dev.kith.core;

import dev.kith.core.cluster.CentroidCodes;
import dev.kith.core.pq.Bfloat16;
import dev.kith.core.pq.BlockScan;
import dev.kith.core.pq.ProductQuantizer;
import dev.kith.core.pq.ScalarCodes;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;

/// Every family of kernels that reads mapped memory, each as something that reads all of a file once.
final class MappedKernels {
    /// Length of the files.
    static final int BYTES = 1 << 17;
    private static final int DIMENSION = 256;
    /// Takes what the kernels return: C2 leaves out a kernel whose result nobody uses, and then nothing is read.
    static double used;

    private MappedKernels() {}

    /// Names, and what makes a pass over a file.
    static Map<String, Function<MemorySegment, Runnable>> families() {
        Map<String, Function<MemorySegment, Runnable>> families = new LinkedHashMap<>();
        for (Metric metric : new Metric[]{Metric.SQUARED_L2, Metric.INNER_PRODUCT}) {
            for (VectorKernels.Kind kind : KernelAgreementTest.kinds()) {
                if (kind == VectorKernels.Kind.SCALAR && kind != VectorKernels.best()) {
                    continue; // plain reads survive everywhere
                }
                families.put(kind + " float32 bulk " + metric, rows -> dense(rows, kind, VectorEncoding.FLOAT32, metric, 0, 32));
                families.put(kind + " float32 four at a time " + metric,
                        rows -> dense(rows, kind, VectorEncoding.FLOAT32, metric, 0, 4));
                families.put(kind + " float32 one at a time " + metric,
                        rows -> dense(rows, kind, VectorEncoding.FLOAT32, metric, 0, 1));
                for (VectorEncoding halves : new VectorEncoding[]{VectorEncoding.BFLOAT16, VectorEncoding.FLOAT16}) {
                    families.put(kind + " " + halves + " bulk " + metric, rows -> dense(rows, kind, halves, metric, 0, 32));
                    families.put(kind + " " + halves + " one at a time " + metric,
                            rows -> dense(rows, kind, halves, metric, 0, 1));
                }
                families.put(kind + " int8, a query of whole numbers " + metric,
                        rows -> dense(rows, kind, VectorEncoding.INT8, metric, 1, 32));
                families.put(kind + " int8, a query of fractions " + metric,
                        rows -> dense(rows, kind, VectorEncoding.INT8, metric, 0.5f, 32));
            }
        }
        for (int bits : new int[]{8, 4, 3}) {
            families.put("codes of " + bits + " bits", rows -> nodes(rows, bits));
        }
        families.put("signs, one register", rows -> signs(rows, 384));
        families.put("signs, three registers", rows -> signs(rows, 1500));
        families.put("rows of neighbours", MappedKernels::neighbours);
        if (simd()) {
            families.put("touch", MappedKernels::touch);
        }
        families.put("bfloat16", MappedKernels::bfloat16);
        for (int bits : new int[]{8, 4}) {
            families.put("scalar codes of " + bits + " bits", rows -> scalarCodes(rows, bits));
        }
        families.put("product codes of 4 bits", rows -> blocks(rows, ProductQuantizer.signs(DIMENSION)));
        families.put("product codes of 8 bits",
                rows -> blocks(rows, ProductQuantizer.of(32, 8, 8, new float[32 * 8 * 256])));
        families.put("codes of centroids", MappedKernels::centroids);
        return families;
    }

    private static Runnable dense(MemorySegment bytes, VectorKernels.Kind kind, VectorEncoding encoding, Metric metric,
            float component, int together) {
        int rowBytes = DIMENSION * encoding.bytes();
        int count = BYTES / rowBytes;
        float[] query = new float[DIMENSION];
        query[0] = component;
        DenseScorer scorer = new DenseScorer(DenseVectors.of(metric, encoding, DIMENSION, count, rowBytes, bytes), kind)
                .query(query);
        int[] ordinals = new int[together];
        float[] distances = new float[together];
        return () -> {
            for (int i = 0; i < count; i += together) {
                for (int j = 0; j < together; j++) {
                    ordinals[j] = i + j;
                }
                scorer.score(ordinals, together, distances);
            }
        };
    }

    private static RotatedQuery rotated(int dimension) {
        RotatedQuery query = new RotatedQuery(Metric.SQUARED_L2, dimension, 1);
        query.set(new float[dimension], simd());
        return query;
    }

    private static boolean simd() {
        return VectorKernels.simd() && RawMemory.available();
    }

    private static Runnable nodes(MemorySegment bytes, int bits) {
        NodeCodes codes = new NodeCodes(Metric.SQUARED_L2, DIMENSION, bits, 1);
        NodeEstimator estimator = codes.estimator(new float[DIMENSION]);
        estimator.query(rotated(DIMENSION));
        int count = (int) (BYTES / codes.bytes());
        return () -> {
            for (int i = 0; i < count; i++) {
                used += estimator.distance(bytes, (long) i * codes.bytes());
            }
        };
    }

    private static Runnable signs(MemorySegment bytes, int dimension) {
        SignCodes codes = new SignCodes(Metric.SQUARED_L2, dimension, 1);
        SignEstimator estimator = codes.estimator();
        NodeEstimator nodes = new NodeCodes(Metric.SQUARED_L2, dimension, 8, 1).estimator(new float[dimension]);
        nodes.query(rotated(dimension));
        estimator.query(nodes);
        int count = BYTES / codes.bytes();
        int[] ordinals = new int[1];
        float[] distances = new float[1];
        return () -> {
            for (int i = 0; i < count; i++) {
                ordinals[0] = i;
                estimator.distances(bytes, 0, ordinals, 1, distances);
            }
        };
    }

    private static Runnable neighbours(MemorySegment bytes) {
        NeighbourCodes codes = new NeighbourCodes(Metric.SQUARED_L2, DIMENSION, 2 * NeighbourCodes.GROUP, 1);
        NeighbourEstimator estimator = codes.estimator();
        estimator.query(new float[DIMENSION], simd());
        int count = (int) (BYTES / codes.rowBytes());
        return () -> {
            for (int i = 0; i < count; i++) {
                used += estimator.below(bytes, i * codes.rowBytes(), 0, 1);
            }
        };
    }

    private static Runnable touch(MemorySegment bytes) {
        NodeEstimator estimator = new NodeCodes(Metric.SQUARED_L2, DIMENSION, 8, 1).estimator(new float[DIMENSION]);
        estimator.query(rotated(DIMENSION));
        return () -> {
            for (int at = 0; at < BYTES; at += 1024) {
                estimator.touch(bytes, at, 1024);
            }
        };
    }

    private static Runnable bfloat16(MemorySegment bytes) {
        Bfloat16.Query query = Bfloat16.Query.of(new float[DIMENSION]);
        return () -> {
            for (int at = 0; at < BYTES; at += Bfloat16.rowBytes(DIMENSION)) {
                used += Bfloat16.dot(query, bytes, at) + Bfloat16.squaredL2(query, bytes, at);
            }
        };
    }

    private static Runnable scalarCodes(MemorySegment bytes, int bits) {
        ScalarCodes codes = new ScalarCodes(bits, DIMENSION);
        float[] query = new float[DIMENSION];
        return () -> {
            for (int at = 0; at < BYTES; at += codes.codeBytes()) {
                used += codes.dot(query, 0, bytes, at);
            }
        };
    }

    private static Runnable blocks(MemorySegment bytes, ProductQuantizer quantizer) {
        BlockScan scan = new BlockScan(quantizer, Arena.ofAuto());
        scan.threshold = Float.POSITIVE_INFINITY;
        int blockBytes = scan.layout().blockBytes();
        return () -> {
            for (int at = 0; at <= BYTES - 2 * blockBytes; at += 2 * blockBytes) {
                used += scan.scan(bytes, at, 2);
            }
        };
    }

    private static Runnable centroids(MemorySegment bytes) {
        int dimension = 32;
        int count = BYTES / (dimension + 8) / CentroidCodes.GROUP * CentroidCodes.GROUP;
        CentroidCodes codes = new CentroidCodes(count, dimension, bytes.asSlice(0, CentroidCodes.byteSize(count, dimension)));
        float[] dots = new float[codes.paddedCount()];
        float[] distances = new float[dots.length];
        float[] query = new float[dimension];
        return () -> {
            codes.dots(query, dots);
            codes.squaredDistances(dots, 1, distances);
            Arrays.fill(dots, 0);
        };
    }
}
