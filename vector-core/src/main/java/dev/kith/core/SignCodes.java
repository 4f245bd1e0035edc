package dev.kith.core;

import java.lang.foreign.MemorySegment;

/// Codes of one bit a component, one a node, packed so that most stand in a single cache line: what a scan of many scattered
/// nodes reads instead of their vectors, to keep some tens of them for a better look.
///
/// A vector `x` is coded by the signs of `P(x - centre)`, where `P` is a [FastRotation]. For a query `q`, `distance(q, x)` is
/// estimated as `A + B * s + C`, where `s` is the sum of the components of `P(q - centre)` (`Pq` under INNER_PRODUCT), each
/// taken with the sign in the code, `A` and `B` are two floats beside the code, and `C` belongs to the query. The estimate is
/// unbiased over the choice of `P` (RaBitQ: Gao & Long, SIGMOD 2024, with the mean of all vectors as the only centre).
///
/// A code, little-endian, is [#bytes()] long:
///
/// | at | bytes | content |
/// |---|---|---|
/// | 0 | `words * 4` | bit `i & 31` of int `i >> 5` is set where component `i` is positive |
/// | `words * 4` | 4 | `A`, float |
/// | `words * 4` + 4 | 4 | `B`, float |
///
/// with `words` = [#words()], then zeros up to a multiple of 64 bytes.
///
/// @param metric of the estimated distances
/// @param dimension components of the vectors, at least 1
/// @param seed of the rotation
public record SignCodes(Metric metric, int dimension, long seed) {
    /// Checks the range.
    public SignCodes {
        if (dimension < 1) {
            throw new IllegalArgumentException("dimension must be at least 1, was " + dimension);
        }
    }

    /// Ints with the signs.
    public int words() {
        return (Math.addExact(dimension, 31) & -32) / 32;
    }

    /// Bytes of a code, a multiple of 64.
    public int bytes() {
        return (4 * words() + 8 + 63) & -64;
    }

    /// What estimates distances for one search at a time. Not thread-safe; allocates nothing after construction.
    public SignEstimator estimator() {
        return new SignEstimator(this);
    }

    /// What writes codes. Not thread-safe.
    ///
    /// @param centre what codes are relative to, the same as that of the [NodeEstimator] that queries come from
    public Encoder encoder(DenseVectors vectors, float[] centre) {
        return new Encoder(this, vectors, centre);
    }

    /// Writes codes of nodes.
    public static final class Encoder {
        private final SignCodes codes;
        private final Residuals residuals;

        private Encoder(SignCodes codes, DenseVectors vectors, float[] centre) {
            this.codes = codes;
            this.residuals = new Residuals(vectors, centre, new Residuals.CodedSpace(codes.metric, codes.dimension, codes.seed),
                    32 * codes.words());
        }

        /// Writes the code of `ordinal` to `bytes` from `offset` on.
        public void encode(int ordinal, MemorySegment bytes, long offset) {
            codes.write(residuals.of(ordinal), bytes, offset);
        }
    }

    /// Writes the code of a rotated vector relative to the centre.
    void write(float[] residual, MemorySegment bytes, long offset) {
        bytes.asSlice(offset, bytes()).fill((byte) 0);
        double squares = 0;
        double absolutes = 0;
        for (int w = 0; w < words(); w++) {
            int word = 0;
            for (int i = 0; i < 32; i++) {
                float x = residual[32 * w + i];
                squares += (double) x * x;
                absolutes += Math.abs(x);
                word |= x > 0 ? 1 << i : 0;
            }
            bytes.set(VectorKernels.INT_LE, offset + 4L * w, word);
        }
        float f = absolutes > 0 ? (float) (squares / absolutes) : 0;
        Residuals.writeTerms(metric, squares, f, bytes, offset + 4L * words());
    }
}
