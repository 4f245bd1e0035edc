package dev.kith.core;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// Codes of two to eight bits a component, one a node, near enough to the vector to steer a walk by them alone; full vectors
/// are then needed for the few best only.
///
/// A vector `x` is coded by the integers nearest to `P(x - centre) / step`, where `P` is a [FastRotation] and the step is the
/// vector's own. For a query `q`, `distance(q, x)` is estimated as `A + B * s + C`, where `s` is the inner product of the
/// integers with `P(q - centre)` (`Pq` under INNER_PRODUCT), `A` and `B` are two floats beside the code, and `C` belongs to
/// the query. `B` is chosen so that the estimate is unbiased over the choice of `P` (extended RaBitQ: Gao and others, "Practical
/// and asymptotically optimal quantization of high-dimensional vectors", SIGMOD 2025); one step a vector is LVQ's (Aguerrebere
/// and others, VLDB 2023).
///
/// A code, little-endian, is [#bytes()] long:
///
/// | at | bytes | content |
/// |---|---|---|
/// | 0 | [#codeBytes()] | 8 bits: byte `i` is component `i`, signed, -127 to 127. `b` < 8 bits: each two bytes are a number of 16 bits with the next `16 / b` components from its lowest bits on, 0 to `2^b - 1`, grid point `code - (2^b - 1) / 2`. Zero beyond the last component |
/// | [#codeBytes()] | 4 | `A`, float |
/// | [#codeBytes()] + 4 | 4 | `B`, float |
///
/// @param metric of the estimated distances
/// @param dimension components of the vectors, at least 1
/// @param bits 2 to 8; 6 and 7 take the room of 8
/// @param seed of the rotation
public record NodeCodes(Metric metric, int dimension, int bits, long seed) {
    private static final int STEPS = 12;

    /// Checks the ranges.
    public NodeCodes {
        if (dimension < 1) {
            throw new IllegalArgumentException("dimension must be at least 1, was " + dimension);
        }
        if (bits < 2 || bits > 8) {
            throw new IllegalArgumentException("bits must be 2 to 8, was " + bits);
        }
    }

    /// Components of a rotated vector.
    public int outputDimension() {
        return Math.addExact(dimension, 31) & -32;
    }

    /// Bytes of the integers, a multiple of 64.
    public int codeBytes() {
        return (2 * ((outputDimension() + perLane() - 1) / perLane()) + 63) & -64;
    }

    /// Components in 16 bits of a code.
    int perLane() {
        return 16 / bits;
    }

    /// The largest point of the grid, half a step below its end.
    float largestPoint() {
        return bits == 8 ? 127 : ((1 << bits) - 1) / 2f;
    }

    /// Bytes of a code with its two floats.
    public int bytes() {
        return codeBytes() + 8;
    }

    /// What estimates distances for one search at a time. Not thread-safe; allocates nothing after construction.
    ///
    /// @param centre the vector that codes are relative to, the same as when they were written
    public NodeEstimator estimator(float[] centre) {
        return new NodeEstimator(this, rotate(centre));
    }

    /// What writes codes. Not thread-safe.
    ///
    /// @param centre what codes are relative to: the mean of the vectors, of the vectors scaled to length one under COSINE
    public Encoder encoder(DenseVectors vectors, float[] centre) {
        return new Encoder(this, vectors, centre);
    }

    private float[] rotate(float[] centre) {
        if (centre.length != dimension) {
            throw new IllegalArgumentException("centre has " + centre.length + " components, the codes have " + dimension);
        }
        float[] rotated = new float[outputDimension()];
        new FastRotation(dimension, seed).rotate(centre, rotated, new float[outputDimension()], false);
        return rotated;
    }

    /// Writes codes of nodes.
    public static final class Encoder {
        private final NodeCodes codes;
        private final Residuals residuals;
        private final float[] points;

        private Encoder(NodeCodes codes, DenseVectors vectors, float[] centre) {
            this.codes = codes;
            this.residuals = new Residuals(vectors, centre, new Residuals.CodedSpace(codes.metric, codes.dimension, codes.seed),
                    codes.outputDimension());
            this.points = new float[codes.outputDimension()];
        }

        /// Writes the code of `ordinal` to `bytes` from `offset` on.
        public void encode(int ordinal, MemorySegment bytes, long offset) {
            float[] residual = residuals.of(ordinal);
            float largest = 0;
            double squares = 0;
            for (float x : residual) {
                largest = Math.max(largest, Math.abs(x));
                squares += (double) x * x;
            }
            float step = codes.bits == 8 ? largest / 127 : bestStep(residual, largest / (1 << codes.bits - 1));
            double dot = round(residual, step);
            bytes.asSlice(offset, codes.bytes()).fill((byte) 0);
            write(bytes, offset);
            float f = dot > 0 ? (float) (squares / dot) : 0;
            Residuals.writeTerms(codes.metric, squares, f, bytes, offset + codes.codeBytes());
        }

        /// Fills [#points] and returns their inner product with the residual.
        private double round(float[] residual, float step) {
            double dot = 0;
            float inverse = step > 0 && Float.isFinite(1 / step) ? 1 / step : 0;
            float end = codes.largestPoint();
            for (int i = 0; i < points.length; i++) {
                points[i] = codes.bits == 8
                        ? Math.clamp((float) Math.rint(residual[i] * inverse), -end, end)
                        : Math.clamp((float) Math.floor(residual[i] * inverse) + 0.5f, -end, end);
                dot += (double) points[i] * residual[i];
            }
            return dot;
        }

        /// The step with the smallest angle between the vector and its grid point: clipping a few components is worth it.
        private float bestStep(float[] residual, float widest) {
            float best = widest;
            double bestCosine = -1;
            for (int t = 0; t < STEPS; t++) {
                float step = widest * (1 - 0.05f * t);
                double dot = round(residual, step);
                double norm = 0;
                for (float p : points) {
                    norm += p * p;
                }
                if (dot > bestCosine * Math.sqrt(norm)) {
                    bestCosine = dot / Math.sqrt(norm);
                    best = step;
                }
            }
            return best;
        }

        private void write(MemorySegment bytes, long offset) {
            if (codes.bits == 8) {
                for (int i = 0; i < points.length; i++) {
                    bytes.set(ValueLayout.JAVA_BYTE, offset + i, (byte) points[i]);
                }
            } else {
                int perLane = codes.perLane();
                for (int i = 0; i < points.length; i += perLane) {
                    int lane = 0;
                    for (int p = 0; p < Math.min(perLane, points.length - i); p++) {
                        lane |= (int) (points[i + p] + codes.largestPoint()) << codes.bits * p;
                    }
                    bytes.set(VectorKernels.SHORT_LE, offset + 2L * (i / perLane), (short) lane);
                }
            }
        }
    }
}
