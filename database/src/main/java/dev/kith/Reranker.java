package dev.kith;

import java.util.List;

/// Scores candidates by something the database knows nothing of, such as a cross-encoder over query and text. It is called once
/// for each query, on the searching thread, and may take its time: the query holds a snapshot meanwhile, which delays nobody.
@FunctionalInterface
public interface Reranker {
    /// The new scores.
    ///
    /// @param candidates best first, with what the query's projection asks for
    /// @return one finite score for each candidate, in their order; larger is better
    float[] score(List<Hit> candidates);
}
