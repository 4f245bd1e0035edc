package dev.kith.ivfpq;

/// How hard a search tries.
///
/// @param nprobe most lists visited, at least 1; under a filter about `nprobe / sqrt(share accepted)` lists that hold
///        accepted rows
/// @param candidates most rows kept on their codes alone, at least 1 (at least k is used)
/// @param rerank most rows whose exact distance is computed, at least 0 (at least k is used); with the finer code it may be
///        well below `candidates`
/// @param confidence standard deviations by which an estimate may be too large before a row is given up. 0 trusts the
///        estimates and keeps the best; 1.9 is the choice of the RaBitQ paper and lets the bounds decide
/// @param reach lists are skipped that could hold an answer only at a residual whose cosine to the query's own direction is
///        above this; 1 skips only what the triangle inequality of the mean residual excludes, 0.3 already most. Squared L2 and
///        cosine only
public record SearchEffort(int nprobe, int candidates, int rerank, float confidence, float reach) {
    /// Checks the ranges.
    public SearchEffort {
        if (nprobe < 1) {
            throw new IllegalArgumentException("nprobe must be at least 1, was " + nprobe);
        }
        if (candidates < 1 || candidates > 1 << 24) {
            throw new IllegalArgumentException("candidates must be 1 to 16777216, was " + candidates);
        }
        if (rerank < 0) {
            throw new IllegalArgumentException("rerank must not be negative, was " + rerank);
        }
        if (!(confidence >= 0f && confidence <= 100f)) {
            throw new IllegalArgumentException("confidence must be 0 to 100, was " + confidence);
        }
        if (!(reach > 0f && reach <= 1f)) {
            throw new IllegalArgumentException("reach must be above 0 and at most 1, was " + reach);
        }
    }

    /// `nprobe` lists and at most `rerank` exact distances, fewer where bounds at 2.2 standard errors settle the answer sooner.
    /// What a search should use that asks for no more than these two numbers.
    public static SearchEffort of(int nprobe, int rerank) {
        return new SearchEffort(nprobe, Math.max(1, rerank), rerank, 2.2f, 1f);
    }

    /// `nprobe` lists and `rerank` exact distances for the best estimates, whatever their bounds: a fixed rerank factor. With
    /// `nprobe` at the number of lists and `rerank` at that of rows the search is exact.
    public static SearchEffort fixed(int nprobe, int rerank) {
        return new SearchEffort(nprobe, Math.max(1, rerank), rerank, 0f, 1f);
    }
}
