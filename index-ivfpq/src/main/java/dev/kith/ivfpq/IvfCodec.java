package dev.kith.ivfpq;

import java.util.Objects;

/// What an inverted list stores of each vector: the code of its residual, the vector minus the list's centroid. Every code
/// comes with three factors (8 bytes) that turn a sum of table entries into an unbiased distance with an error.
public sealed interface IvfCodec permits IvfCodec.ProductCodes, IvfCodec.SignCodes {
    /// How vectors are turned before they are cut into subspaces. A rotation changes no distance.
    enum Turn {
        /// Not at all: subspaces are runs of components as the user gave them.
        NONE,
        /// At random, so that every subspace carries about the same share of the variance.
        RANDOM,
        /// By a matrix trained for the least distortion (OPQ; Ge, He, Ke, Sun 2013).
        TRAINED
    }

    /// Product quantization with trained codebooks (Jegou, Douze, Schmid 2011).
    ///
    /// @param subspaces parts of a vector, 1 to 1024; a dimension that is no multiple is padded with zeros
    /// @param bits of each part's code: 4 (16 centroids, the fastest scan) or 8 (256 centroids, the smallest distortion a byte)
    /// @param turn before encoding
    record ProductCodes(int subspaces, int bits, Turn turn) implements IvfCodec {
        /// Checks the ranges.
        public ProductCodes {
            if (subspaces < 1 || subspaces > dev.kith.core.pq.BlockLayout.MAX_SUBSPACES) {
                throw new IllegalArgumentException("subspaces must be 1 to 1024, was " + subspaces);
            }
            if (bits != 4 && bits != 8) {
                throw new IllegalArgumentException("bits must be 4 or 8, was " + bits);
            }
            Objects.requireNonNull(turn);
        }
    }

    /// One bit a component after a random rotation: RaBitQ (Gao and Long 2024). Needs no training and has the only codes
    /// whose error is bounded for any data.
    record SignCodes() implements IvfCodec {
    }
}
