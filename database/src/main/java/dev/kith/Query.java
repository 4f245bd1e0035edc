package dev.kith;

import java.time.Duration;
import java.util.ArrayList;
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
/// In this order: each clause finds its candidates among the records that the filter lets through; several clauses are fused
/// ([Fusion]); boosts are added; a reranker gives the candidates new scores; scores below the least are left out; hits are grouped
/// or diversified; the window is cut out; the projection is read. Equal scores are in the order of their ids at every step, so the
/// same query on the same state of a collection gives the same answer.
///
/// @param clauses one, or up to [Limits#MAX_CLAUSES] to be fused
/// @param filter which records may be found
/// @param window which part of the order is answered
/// @param scoring how scores come about
/// @param shaping groups, diversity, facets
/// @param projection what is returned of each hit besides id and score
/// @param limits what the query may take
public record Query(List<Clause> clauses, Filter filter, Window window, Scoring scoring, Shaping shaping,
        Projection projection, QueryLimits limits) {
    /// The constant of Reciprocal Rank Fusion.
    public static final int RRF_K = 60;

    /// Checks every limit that needs no schema.
    public Query {
        clauses = List.copyOf(clauses);
        Objects.requireNonNull(filter, "filter");
        Objects.requireNonNull(window, "window");
        Objects.requireNonNull(scoring, "scoring");
        Objects.requireNonNull(shaping, "shaping");
        Objects.requireNonNull(projection, "projection");
        Objects.requireNonNull(limits, "limits");
        if (clauses.isEmpty() || clauses.size() > Limits.MAX_CLAUSES) {
            throw new InvalidQueryException("clauses", "1 to " + Limits.MAX_CLAUSES, Integer.toString(clauses.size()));
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

    /// The ten records nearest to what the caller's embedding model makes of a text. The model is called here, once.
    public static Query nearest(String field, String text, TextEmbedder embedder) {
        return of(Clause.nearest(field, embedded(text, embedder)));
    }

    private static VectorValue embedded(String text, TextEmbedder embedder) {
        VectorValue vector = VectorValue.of(embedder.embed(text));
        String model = embedder.model();
        return model == null ? vector : vector.madeBy(model);
    }

    /// The ten records nearest to a vector, which may name the model that made it.
    public static Query nearest(String field, VectorValue vector) {
        return of(Clause.nearest(field, vector));
    }

    /// The ten records nearest to a stored one, which is not among them.
    public static Query like(String field, String id) {
        return of(Clause.like(field, id));
    }

    /// The ten records nearest to the examples of the first list and far from those of the second; see [Clause.Like].
    public static Query recommend(String field, List<Clause.Example> positive, List<Clause.Example> negative) {
        return of(Clause.like(field, positive, negative));
    }

    /// All records, up to [Limits#MAX_K], that score at least `minScore` to a vector; see [Clause.Within].
    public static Query within(String field, float[] vector, float minScore) {
        return of(Clause.within(field, vector, minScore)).k(Limits.MAX_K);
    }

    /// The ten records that match any of the words of `text` best by BM25.
    public static Query text(String field, String text) {
        return of(Clause.text(field, text));
    }

    /// The ten best by vector and text together.
    public static Query hybrid(String vectorField, float[] vector, String textField, String text) {
        return of(Clause.nearest(vectorField, vector), Clause.text(textField, text));
    }

    /// The ten best by meaning and words of one text together; the caller's embedding model is called here, once.
    public static Query hybrid(String vectorField, String textField, String text, TextEmbedder embedder) {
        return of(Clause.nearest(vectorField, embedded(text, embedder)), Clause.text(textField, text));
    }

    /// The ten best by one clause, or by several fused.
    public static Query of(Clause... clauses) {
        return new Query(Arrays.asList(clauses), Filter.all(), Window.TEN, Scoring.DEFAULT, Shaping.NONE, Projection.NONE,
                QueryLimits.NONE);
    }

    /// How many hits at most.
    public int k() {
        return window.k();
    }

    /// How many of the best are left out.
    public int offset() {
        return window.offset();
    }

    /// How many records each clause contributes, or 0 for the engine's choice: see [Window#candidates()].
    public int candidates() {
        return window.candidates();
    }

    /// Hits with a lower score are left out. It is compared with the score of the hit: the metric's score for a vector clause alone,
    /// BM25 for a text clause alone, the fused score for several, with boosts added, or the reranker's.
    public @Nullable Float minScore() {
        return window.minScore();
    }

    /// Returns at most `newK` hits.
    public Query k(int newK) {
        return window(new Window(newK, offset(), candidates(), minScore()));
    }

    /// Leaves out the best `newOffset` hits.
    public Query offset(int newOffset) {
        return window(new Window(k(), newOffset, candidates(), minScore()));
    }

    /// Leaves out hits with a lower score.
    public Query minScore(float newMinScore) {
        return window(new Window(k(), offset(), candidates(), newMinScore));
    }

    /// Lets each clause contribute that many records to what is fused, boosted, reranked, grouped, diversified and counted.
    public Query candidates(int newCandidates) {
        return window(new Window(k(), offset(), newCandidates, minScore()));
    }

    /// Finds only records that match; replaces an earlier filter.
    public Query filter(Filter newFilter) {
        return new Query(clauses, newFilter, window, scoring, shaping, projection, limits);
    }

    /// Fuses several clauses in this way.
    public Query fusion(Fusion fusion) {
        return scoring(new Scoring(fusion, scoring.boosts(), scoring.reranker()));
    }

    /// Adds to the scores of candidates, besides earlier boosts.
    public Query boost(Boost... boosts) {
        List<Boost> all = new ArrayList<>(scoring.boosts());
        all.addAll(Arrays.asList(boosts));
        return scoring(new Scoring(scoring.fusion(), all, scoring.reranker()));
    }

    /// Has the best `kCandidates` scored anew.
    public Query rerank(Reranker reranker, int kCandidates) {
        return scoring(new Scoring(scoring.fusion(), scoring.boosts(), reranker)).candidates(kCandidates);
    }

    /// Answers `k` groups of records with one value in `field`, with at most `hits` hits each: the hits of the best group first, then
    /// those of the next.
    public Query groupBy(String field, int hits) {
        return shaping(new Shaping(new Shaping.Grouping(field, hits), shaping.diversity(), shaping.facets()));
    }

    /// Answers hits that differ from each other; see [Shaping.Diversity].
    public Query diversify(String vectorField, double lambda) {
        return shaping(new Shaping(shaping.grouping(), new Shaping.Diversity(vectorField, lambda), shaping.facets()));
    }

    /// Counts the values of a metadata field over the candidates, besides earlier facets, and returns the `top` most frequent.
    public Query facet(String field, int top) {
        List<Facet.Request> all = new ArrayList<>(shaping.facets());
        all.add(new Facet.Request(field, top));
        return shaping(new Shaping(shaping.grouping(), shaping.diversity(), all));
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
        return new Query(clauses, filter, window, scoring, shaping, newProjection, limits);
    }

    /// Sets what the query may take.
    public Query limits(QueryLimits newLimits) {
        return new Query(clauses, filter, window, scoring, shaping, projection, newLimits);
    }

    /// Stops the query with a [QueryStoppedException] if it takes longer.
    public Query timeout(Duration timeout) {
        return limits(limits.withTimeout(timeout));
    }

    /// Sets the effort of every vector clause.
    public Query effort(Effort effort) {
        return new Query(clauses.stream().map(c -> c.effort(effort)).toList(), filter, window, scoring, shaping, projection,
                limits);
    }

    /// Keeps that many candidates while searching a graph; short for [Effort#efSearch(int)].
    public Query efSearch(int efSearch) {
        return effort(Effort.efSearch(efSearch));
    }

    /// Tries as hard as this recall needs; short for [Effort#recall(double)].
    public Query recall(double recall) {
        return effort(Effort.recall(recall));
    }

    private Query window(Window newWindow) {
        return new Query(clauses, filter, newWindow, scoring, shaping, projection, limits);
    }

    private Query scoring(Scoring newScoring) {
        return new Query(clauses, filter, window, newScoring, shaping, projection, limits);
    }

    private Query shaping(Shaping newShaping) {
        return new Query(clauses, filter, window, scoring, newShaping, projection, limits);
    }
}
