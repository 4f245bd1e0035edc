package dev.kith.core;

import org.jspecify.annotations.Nullable;

/// Kernels that are used together, so that they become warm together. In the order in which they are warmed where several are wanted: walks over
/// codes gain most.
enum KernelGroup {
    /// Rotations and all kernels of neighbours', nodes' and sign codes.
    CODES(null, Metric.SQUARED_L2), FLOAT32_DOT(VectorEncoding.FLOAT32, Metric.INNER_PRODUCT), FLOAT32_SQUARED_L2(
            VectorEncoding.FLOAT32, Metric.SQUARED_L2), INT8_DOT(VectorEncoding.INT8,
                    Metric.INNER_PRODUCT), INT8_SQUARED_L2(VectorEncoding.INT8, Metric.SQUARED_L2);

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
        };
    }
}
