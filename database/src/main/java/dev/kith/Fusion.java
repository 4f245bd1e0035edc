package dev.kith;

/// How the orders of several clauses become one.
public sealed interface Fusion {
    /// Reciprocal Rank Fusion (Cormack, Clarke and Buettcher, "Reciprocal Rank Fusion outperforms Condorcet and individual Rank
    /// Learning Methods", 2009): a record scores the sum of `weight / (constant + rank)` over the clauses that found it, the first
    /// rank being 1. Only the order within each clause counts, so scores of any scale can be fused.
    ///
    /// @param constant in `[1, 10_000]`; larger lets the first places count less
    record Rrf(int constant) implements Fusion {
        /// Checks the range.
        public Rrf {
            if (constant < 1 || constant > 10_000) {
                throw new InvalidQueryException("constant", "a number in [1, 10000]", Integer.toString(constant));
            }
        }
    }

    /// Weighted sum of normalised scores: the scores of each clause's candidates are stretched so that its best is 1 and its
    /// worst 0 (all are 1 where they are equal), a record that a clause did not find has 0 there, and the sum of
    /// `weight * normalised score` is divided by the sum of the weights. How far apart scores are counts, so one clause that is sure
    /// outweighs another that is not.
    record WeightedSum() implements Fusion {}

    /// Reciprocal rank fusion with the constant of the paper, [Query#RRF_K].
    static Fusion rrf() {
        return new Rrf(Query.RRF_K);
    }

    /// Reciprocal rank fusion.
    static Fusion rrf(int constant) {
        return new Rrf(constant);
    }

    /// Weighted sum of normalised scores.
    static Fusion weightedSum() {
        return new WeightedSum();
    }
}
