package dev.kith.ivfpq;

import dev.kith.core.Metric;
import dev.kith.core.pq.BlockLayout;
import dev.kith.core.pq.ScalarCodes;
import dev.kith.ivfpq.IvfCodec.ProductCodes;
import dev.kith.ivfpq.IvfCodec.SignCodes;
import dev.kith.ivfpq.IvfCodec.Turn;
import org.jspecify.annotations.Nullable;

/// What a model is made of, in numbers: everything sizes and offsets follow from.
///
/// @param dimension components of a vector, 1 to 4096 for sign codes
/// @param nlist inverted lists
/// @param refineBits 0, 4 or 8
record IvfShape(Metric metric, int dimension, int nlist, IvfCodec codec, int refineBits) {
    IvfShape {
        if (dimension < 1 || dimension > 65_536) {
            throw new IllegalArgumentException("dimension must be 1 to 65536, was " + dimension);
        }
        if (nlist < 1 || nlist > 1 << 20) {
            throw new IllegalArgumentException("nlist must be 1 to 1048576, was " + nlist);
        }
        if (codec instanceof ProductCodes p && p.subspaces() > dimension) {
            throw new IllegalArgumentException("subspaces must be at most the dimension " + dimension + ", was " + p.subspaces());
        }
        if (codec instanceof SignCodes && dimension > 4 * BlockLayout.MAX_SUBSPACES) {
            throw new IllegalArgumentException("sign codes take at most 4096 dimensions, was " + dimension);
        }
    }

    int subspaces() {
        return switch (codec) {
            case ProductCodes p -> p.subspaces();
            case SignCodes _ -> codeDimension() / 4;
        };
    }

    int bits() {
        return switch (codec) {
            case ProductCodes p -> p.bits();
            case SignCodes _ -> 4;
        };
    }

    Turn turn() {
        return switch (codec) {
            case ProductCodes p -> p.turn();
            case SignCodes _ -> Turn.RANDOM;
        };
    }

    /// Components of a part of a vector.
    int subDimension() {
        return switch (codec) {
            case ProductCodes p -> {
                int sub = (dimension + p.subspaces() - 1) / p.subspaces();
                // The fast rotation mixes two halves, so it wants an even number of components.
                yield turn() == Turn.RANDOM && (p.subspaces() * sub & 1) == 1 ? sub + 1 : sub;
            }
            case SignCodes _ -> 4;
        };
    }

    /// Components of a rotated, padded vector: the space codes live in. A multiple of 32 for sign codes.
    int codeDimension() {
        return switch (codec) {
            case ProductCodes p -> p.subspaces() * subDimension();
            case SignCodes _ -> (dimension + 31) & -32;
        };
    }

    BlockLayout layout() {
        return new BlockLayout(bits(), subspaces());
    }

    /// The finer code, over the rotated vector padded to a multiple of 32.
    @Nullable
    ScalarCodes refineCodes() {
        return refineBits == 0 ? null : new ScalarCodes(refineBits, (codeDimension() + 31) & -32);
    }

    /// Bytes of a row's finer code and its three factors.
    int refineBytes() {
        ScalarCodes codes = refineCodes();
        return codes == null ? 0 : codes.codeBytes() + 12;
    }

    /// Floats of the codebooks on file; sign codes have none.
    int codebookFloats() {
        return codec instanceof ProductCodes ? codeDimension() << bits() : 0;
    }

    /// Floats of the rotation on file.
    int matrixFloats() {
        return turn() == Turn.TRAINED ? Math.multiplyExact(dimension, codeDimension()) : 0;
    }
}
