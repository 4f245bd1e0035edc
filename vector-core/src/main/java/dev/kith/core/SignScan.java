package dev.kith.core;

import java.lang.foreign.MemorySegment;

/// Codes of one bit a component for vectors that come one by one, and bounds of their distances to a query: what a scan reads
/// instead of the vectors, of which it then looks at those that the bounds leave in question. The codes are [SignCodes] about a centre that
/// was given before the vectors came.
///
/// Immutable and thread-safe.
public final class SignScan {
    /// By how much the rounding of the query widens the error of an estimate: `sqrt(1 + (0.12 / 0.6)^2)`.
    private static final float ROUNDING = 1.02f;

    private final SignCodes codes;
    private final FastRotation rotation;
    private final float[] rotatedCentre;

    /// @param centre the mean of vectors like those to come, of vectors scaled to length one under COSINE; it changes how narrow the
    ///        bounds are, not whether they hold
    public SignScan(SignCodes codes, float[] centre) {
        if (centre.length != codes.dimension()) {
            throw new IllegalArgumentException("the centre has " + centre.length + " components, the codes have "
                    + codes.dimension());
        }
        this.codes = codes;
        this.rotation = new FastRotation(codes.dimension(), codes.seed());
        this.rotatedCentre = rotated(centre, VectorKernels.current(KernelGroup.CODES) != VectorKernels.Kind.SCALAR);
    }

    private float[] rotated(float[] vector, boolean simd) {
        float[] turned = new float[rotation.outputDimension()];
        rotation.rotate(vector, turned, new float[turned.length], simd);
        return turned;
    }

    /// Bytes of a code, a multiple of 64.
    public int codeBytes() {
        return codes.bytes();
    }

    /// Writes the code of a vector.
    ///
    /// @param inverseNorm of the vector; read under COSINE only
    /// @param bytes native memory, written from `offset` on
    public void encode(float[] vector, float inverseNorm, MemorySegment bytes, long offset) {
        float[] residual = vector;
        if (codes.metric() == Metric.COSINE) {
            residual = new float[vector.length];
            for (int i = 0; i < vector.length; i++) {
                residual[i] = vector[i] * inverseNorm;
            }
        }
        residual = rotated(residual, VectorKernels.current(KernelGroup.CODES) != VectorKernels.Kind.SCALAR);
        for (int i = 0; i < residual.length; i++) {
            residual[i] -= rotatedCentre[i];
        }
        codes.write(residual, bytes, offset);
    }

    /// A query against codes. Not thread-safe.
    ///
    /// @param vector of length one or more under COSINE, not zero
    /// @param errors how many standard errors below its estimate a distance may be
    public Query query(float[] vector, float errors) {
        return new Query(vector, errors, NeighbourCodes.fast());
    }

    /// For tests: with or without SIMD.
    Query query(float[] vector, float errors, boolean simd) {
        return new Query(vector, errors, simd);
    }

    /// Bounds for one query.
    public final class Query {
        private final SignEstimator estimator = codes.estimator();
        private final float width;

        private Query(float[] vector, float errors, boolean simd) {
            float[] scaled = vector;
            if (codes.metric() == Metric.COSINE) {
                float factor = ScalarKernels.inverseNorm(vector, vector.length);
                scaled = new float[vector.length];
                for (int i = 0; i < vector.length; i++) {
                    scaled[i] = vector[i] * factor;
                }
            }
            float[] turned = rotated(scaled, simd);
            boolean centred = codes.metric() != Metric.INNER_PRODUCT;
            float squares = 0;
            float product = 0;
            for (int i = 0; i < turned.length; i++) {
                float q = turned[i];
                product = Math.fma(q, rotatedCentre[i], product);
                float x = centred ? q - rotatedCentre[i] : q;
                turned[i] = x;
                squares = Math.fma(x, x, squares);
            }
            float added = switch (codes.metric()) {
                case SQUARED_L2 -> squares;
                case COSINE -> squares / 2;
                case INNER_PRODUCT -> -product;
            };
            estimator.query(turned, added, simd);
            this.width = errors * ROUNDING * (float) Math.sqrt(squares);
        }

        /// What the distances to vectors are at least, but for errors larger than was said.
        ///
        /// @param bytes native memory with the codes, that of `ordinals[i]` at `ordinals[i] * codeBytes()`
        /// @param bounds receives `count` of them
        public void bounds(MemorySegment bytes, int[] ordinals, int count, float[] bounds) {
            estimator.bounds(bytes, 0, ordinals, count, width, bounds);
        }
    }
}
