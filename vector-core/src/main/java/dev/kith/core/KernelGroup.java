package dev.kith.core;

import org.jspecify.annotations.Nullable;

/// Kernels that are used together, so that they become warm together. In the order in which they are warmed where several are wanted: walks over
/// codes gain most.
enum KernelGroup {
    /// Rotations and all kernels of neighbours', nodes' and sign codes.
    CODES(null, Metric.SQUARED_L2), FLOAT32_DOT(VectorEncoding.FLOAT32, Metric.INNER_PRODUCT), FLOAT32_SQUARED_L2(
            VectorEncoding.FLOAT32, Metric.SQUARED_L2), INT8_DOT(VectorEncoding.INT8,
                    Metric.INNER_PRODUCT), INT8_SQUARED_L2(VectorEncoding.INT8, Metric.SQUARED_L2), BFLOAT16_DOT(
                            VectorEncoding.BFLOAT16, Metric.INNER_PRODUCT), BFLOAT16_SQUARED_L2(VectorEncoding.BFLOAT16,
                                    Metric.SQUARED_L2), FLOAT16_DOT(VectorEncoding.FLOAT16,
                                            Metric.INNER_PRODUCT), FLOAT16_SQUARED_L2(VectorEncoding.FLOAT16, Metric.SQUARED_L2),
    /// The permutations of a rotation: last, because they take long to compile and gain little.
    GATHERS(null, Metric.SQUARED_L2);

    /// Of the rows that are scored; null for codes.
    final @Nullable VectorEncoding encoding;
    /// A metric of such rows.
    final Metric metric;

    KernelGroup(@Nullable VectorEncoding encoding, Metric metric) {
        this.encoding = encoding;
        this.metric = metric;
    }

    /// The group that scores these vectors; cosine is an inner product.
    static KernelGroup of(DenseVectors vectors) {
        boolean squares = vectors.metric() == Metric.SQUARED_L2;
        return switch (vectors.encoding()) {
            case FLOAT32 -> squares ? FLOAT32_SQUARED_L2 : FLOAT32_DOT;
            case INT8 -> squares ? INT8_SQUARED_L2 : INT8_DOT;
            case BFLOAT16 -> squares ? BFLOAT16_SQUARED_L2 : BFLOAT16_DOT;
            case FLOAT16 -> squares ? FLOAT16_SQUARED_L2 : FLOAT16_DOT;
        };
    }
}
