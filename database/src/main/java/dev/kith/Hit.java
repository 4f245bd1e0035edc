package dev.kith;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// One record found.
///
/// @param id the record
/// @param score larger is nearer; what it measures is told by [Query#minScore()]
/// @param fields the metadata and text values asked for that the record has
/// @param payload the payload, if asked for and present
/// @param vectors the vectors, if asked for
/// @param parts of a fused, boosted or reranked query: what each clause that found the record said; else empty
public record Hit(String id, float score, Map<String, Object> fields, @Nullable String payload, Map<String, VectorValue> vectors,
        List<Part> parts) {
    /// This hit under another id.
    public Hit withId(String other) {
        return new Hit(other, score, fields, payload, vectors, parts);
    }

    /// What one clause said about a record.
    ///
    /// @param clause index of the clause in [Query#clauses()]
    /// @param field the field it searched
    /// @param rank place among what the clause found, the first being 1
    /// @param score the metric's score, or BM25
    /// @param contribution what it added to the fused score; the score itself if there is one clause only
    public record Part(int clause, String field, int rank, float score, double contribution) {}

    /// This hit with another score.
    public Hit withScore(float newScore) {
        return new Hit(id, newScore, fields, payload, vectors, parts);
    }
}
