package dev.kith.core;

import java.util.Random;

/// Runs in a child JVM: checks its kernels against its scalar twins and prints a sum of all bits, which must be the same on
/// every JVM.
final class AgreementMain {
    private AgreementMain() {}

    public static void main(String[] arguments) {
        KernelAgreementTest.checkDimensions(1, 15, 16, 17, 31, 48, 64, 65, 129);
        System.out.println("kind " + VectorKernels.best());
        System.out.println("sum " + sum());
    }

    static long sum() {
        Random random = new Random(9);
        long sum = 0;
        for (int dimension : new int[]{16, 24, 129, 384}) {
            float[] query = new float[dimension];
            var rows = java.lang.foreign.Arena.ofAuto().allocate(4L * dimension * 50, 64);
            for (int i = 0; i < dimension; i++) {
                query[i] = (float) random.nextGaussian();
            }
            for (int i = 0; i < dimension * 50; i++) {
                rows.set(VectorKernels.FLOAT_LE, 4L * i, (float) random.nextGaussian());
            }
            for (Metric metric : new Metric[]{Metric.SQUARED_L2, Metric.INNER_PRODUCT}) {
                DenseVectors vectors = DenseVectors.of(metric, VectorEncoding.FLOAT32, dimension, 50, 4L * dimension, rows);
                float[] distances = new float[50];
                new DenseScorer(vectors, VectorKernels.best()).query(query).scoreRange(0, 50, distances);
                for (float distance : distances) {
                    sum = sum * 31 + Float.floatToIntBits(distance);
                }
                sum = sum * 31 + nodeCodes(vectors, query);
            }
        }
        return sum;
    }

    private static long nodeCodes(DenseVectors vectors, float[] query) {
        long sum = 0;
        RotatedQuery rotated = new RotatedQuery(vectors.metric(), vectors.dimension(), 3);
        rotated.set(query, VectorKernels.best() != VectorKernels.Kind.SCALAR && RawMemory.available());
        for (int bits : new int[]{4, 8}) {
            NodeCodes codes = new NodeCodes(vectors.metric(), vectors.dimension(), bits, 3);
            NodeEstimator estimator = codes.estimator(query);
            NodeCodes.Encoder encoder = codes.encoder(vectors, query);
            var bytes = java.lang.foreign.Arena.ofAuto().allocate(codes.bytes(), 64);
            estimator.query(rotated);
            for (int ordinal = 0; ordinal < vectors.count(); ordinal++) {
                encoder.encode(ordinal, bytes, 0);
                sum = sum * 31 + Float.floatToIntBits(estimator.distance(bytes, 0));
            }
        }
        return sum;
    }
}
