package dev.kith.ivfpq;

import java.util.Objects;

/// How an index is built.
///
/// @param nlist inverted lists, 1 to 1,048,576; 0 chooses about `3 * sqrt(rows)`, with at least 32 rows a list
/// @param codec what a list stores of each vector
/// @param refineBits 4 or 8 for a second, finer code a vector that decides which rows are worth an exact distance; 0 for none
/// @param spill 0 keeps every vector in one list; a positive value is the lambda of SOAR (Sun and others 2023): every vector
///        also goes to the near list whose residual is most orthogonal to the first, 1 to 1.5 being usual. Codes double
/// @param trainingRowsPerList sampled rows per list that centroids and codebooks are trained on, 8 to 1024
/// @param seed of every random choice; the same rows, parameters and seed give the same bytes
public record IvfPqParameters(int nlist, IvfCodec codec, int refineBits, float spill, int trainingRowsPerList, long seed) {
    /// Lists by size, sign codes, no finer code, no spill.
    public static final IvfPqParameters DEFAULTS = new IvfPqParameters(0, new IvfCodec.SignCodes(), 0, 0f, 64, 42);

    /// Checks the ranges.
    public IvfPqParameters {
        if (nlist < 0 || nlist > 1 << 20) {
            throw new IllegalArgumentException("nlist must be 0 to 1048576, was " + nlist);
        }
        Objects.requireNonNull(codec);
        if (refineBits != 0 && refineBits != 4 && refineBits != 8) {
            throw new IllegalArgumentException("refineBits must be 0, 4 or 8, was " + refineBits);
        }
        if (!(spill >= 0f && spill <= 100f)) {
            throw new IllegalArgumentException("spill must be 0 to 100, was " + spill);
        }
        if (trainingRowsPerList < 8 || trainingRowsPerList > 1024) {
            throw new IllegalArgumentException("trainingRowsPerList must be 8 to 1024, was " + trainingRowsPerList);
        }
    }

    /// The same with another number of lists.
    public IvfPqParameters withNlist(int other) {
        return new IvfPqParameters(other, codec, refineBits, spill, trainingRowsPerList, seed);
    }

    /// The same with another codec.
    public IvfPqParameters withCodec(IvfCodec other) {
        return new IvfPqParameters(nlist, other, refineBits, spill, trainingRowsPerList, seed);
    }

    /// The same with another finer code.
    public IvfPqParameters withRefineBits(int other) {
        return new IvfPqParameters(nlist, codec, other, spill, trainingRowsPerList, seed);
    }

    /// The same with another spill.
    public IvfPqParameters withSpill(float other) {
        return new IvfPqParameters(nlist, codec, refineBits, other, trainingRowsPerList, seed);
    }

    /// The same with another seed.
    public IvfPqParameters withSeed(long other) {
        return new IvfPqParameters(nlist, codec, refineBits, spill, trainingRowsPerList, other);
    }

    /// Lists for `rows` rows: [#nlist] or the automatic choice.
    int listsFor(int rows) {
        if (nlist > 0) {
            return nlist;
        }
        long wanted = Math.round(3 * Math.sqrt(rows));
        return (int) Math.max(1, Math.min(1 << 20, Math.min(wanted, rows / 32)));
    }
}
