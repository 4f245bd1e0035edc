package dev.kith;

import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// What to look for. Immutable: every method returns a changed copy, so a query may be kept and shared.
///
/// {@snippet :
/// Query query = Query.nearest("embedding", vector)
///         .k(10)
///         .filter(Filter.eq("pos", "noun"))
///         .fields("pos", "lemma")
///         .minScore(0.5f);
/// }
///
/// Several clauses are fused by Reciprocal Rank Fusion (Cormack, Clarke and Buettcher, "Reciprocal Rank Fusion outperforms
/// Condorcet and individual Rank Learning Methods", 2009): each clause ranks its best `candidates` records, and a record
/// scores the sum of `weight / (60 + rank)` over the clauses that found it, the first rank being 1.
///
/// @param clauses one, or up to [Limits#MAX_CLAUSES] to be fused
/// @param k how many hits at most, in `[1, Limits.MAX_K]`
/// @param filter which records may be found
/// @param minScore hits with a lower score are left out; null means none are. It is compared with the score of the hit: the
///        metric's score for a vector clause alone, BM25 for a text clause alone, the fused score for several
/// @param candidates how many records each of several clauses contributes; 0 lets the engine choose `max(100, k)`
/// @param projection what is returned of each hit besides id and score
public record Query(List<Clause> clauses, int k, Filter filter, @Nullable Float minScore, int candidates,
        Projection projection) {
    /// The constant of Reciprocal Rank Fusion.
    public static final int RRF_K = 60;

    /// Checks every limit that needs no schema.
    public Query {
        clauses = List.copyOf(clauses);
        Objects.requireNonNull(filter, "filter");
        Objects.requireNonNull(projection, "projection");
        if (clauses.isEmpty() || clauses.size() > Limits.MAX_CLAUSES) {
            throw new InvalidQueryException("clauses", "1 to " + Limits.MAX_CLAUSES, Integer.toString(clauses.size()));
        }
        checkCount("k", k, 1);
        checkCount("candidates", candidates, 0);
        if (minScore != null && Float.isNaN(minScore)) {
            throw new InvalidQueryException("minScore", "a number", "NaN");
        }
    }

    private static void checkCount(String name, int value, int least) {
        if (value < least || value > Limits.MAX_K) {
            throw new InvalidQueryException(name, "a number in [" + least + ", " + Limits.MAX_K + "]", Integer.toString(value));
        }
    }

    /// The ten records nearest to a float32 vector.
    public static Query nearest(String field, float[] vector) {
        return of(Clause.nearest(field, vector));
    }

    /// The ten records nearest to an int8 vector.
    public static Query nearest(String field, byte[] vector) {
        return of(Clause.nearest(field, vector));
    }

    /// The ten records that match any of the words of `text` best by BM25.
    public static Query text(String field, String text) {
        return of(Clause.text(field, text));
    }

    /// The ten best by vector and text together.
    public static Query hybrid(String vectorField, float[] vector, String textField, String text) {
        return of(Clause.nearest(vectorField, vector), Clause.text(textField, text));
    }

    /// The ten best by one clause, or by several fused.
    public static Query of(Clause... clauses) {
        return new Query(Arrays.asList(clauses), 10, Filter.all(), null, 0, Projection.NONE);
    }

    /// Returns at most `newK` hits.
    public Query k(int newK) {
        return new Query(clauses, newK, filter, minScore, candidates, projection);
    }

    /// Finds only records that match; replaces an earlier filter.
    public Query filter(Filter newFilter) {
        return new Query(clauses, k, newFilter, minScore, candidates, projection);
    }

    /// Leaves out hits with a lower score.
    public Query minScore(float newMinScore) {
        return new Query(clauses, k, filter, newMinScore, candidates, projection);
    }

    /// Lets each of several clauses contribute that many records.
    public Query candidates(int newCandidates) {
        return new Query(clauses, k, filter, minScore, newCandidates, projection);
    }

    /// Returns these metadata and text fields of each hit, besides what was asked for before.
    public Query fields(String... names) {
        return projection(new Projection(Arrays.asList(names), projection.payload(), projection.vectors()));
    }

    /// Returns all metadata and text fields of each hit.
    public Query allFields() {
        return projection(new Projection(null, projection.payload(), projection.vectors()));
    }

    /// Returns the payload of each hit.
    public Query withPayload() {
        return projection(new Projection(projection.fields(), true, projection.vectors()));
    }

    /// Returns the vectors of each hit.
    public Query withVectors() {
        return projection(new Projection(projection.fields(), projection.payload(), true));
    }

    /// Returns this much of each hit.
    public Query projection(Projection newProjection) {
        return new Query(clauses, k, filter, minScore, candidates, newProjection);
    }

    /// Sets the effort of every vector clause.
    public Query effort(Effort effort) {
        List<Clause> changed = clauses.stream().<Clause>map(c -> switch (c) {
            case Clause.Nearest n -> n.effort(effort);
            case Clause.Text t -> t;
        }).toList();
        return new Query(changed, k, filter, minScore, candidates, projection);
    }

    /// Keeps that many candidates while searching a graph; short for [Effort#efSearch(int)].
    public Query efSearch(int efSearch) {
        return effort(Effort.efSearch(efSearch));
    }
}
