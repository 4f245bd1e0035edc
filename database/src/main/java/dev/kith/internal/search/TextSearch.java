package dev.kith.internal.search;

import dev.kith.InvalidQueryException;
import dev.kith.Limits;
import dev.kith.core.TopK;
import dev.kith.internal.filter.BoundFilter;
import dev.kith.internal.filter.FilterEvaluator;
import dev.kith.internal.view.Entry;
import dev.kith.internal.view.Leaf;
import dev.kith.internal.view.TextTerms;
import dev.kith.internal.view.View;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.lucene.index.Term;
import org.apache.lucene.search.BooleanClause.Occur;
import org.apache.lucene.search.BooleanQuery;
import org.apache.lucene.search.BoostQuery;
import org.apache.lucene.search.BulkScorer;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.ScoreMode;
import org.apache.lucene.search.ScorerSupplier;
import org.apache.lucene.search.TermQuery;
import org.apache.lucene.search.Weight;
import org.apache.lucene.search.similarities.Similarity.SimScorer;
import org.apache.lucene.util.Bits;
import org.apache.lucene.util.SmallFloat;

/// The best records of a view by BM25 on one text field. Segments and recent writes are scored with the same statistics, which
/// count both, so their scores compare.
final class TextSearch {
    private final View view;
    private final BoundFilter filter;
    private final FilterMatches matches;
    private final TextAnalyzer analyzer;

    TextSearch(View view, BoundFilter filter, FilterMatches matches, TextAnalyzer analyzer) {
        this.view = view;
        this.filter = filter;
        this.matches = matches;
        this.analyzer = analyzer;
    }

    /// The best of each part, unordered; at least the `k` best of the view.
    List<Found> run(String field, String text, int k) throws IOException {
        Map<String, Integer> terms = new LinkedHashMap<>(analyzer.terms(field, text).frequencies());
        if (terms.size() > Limits.MAX_QUERY_TERMS) {
            throw new InvalidQueryException(field, "at most " + Limits.MAX_QUERY_TERMS + " distinct words",
                    Integer.toString(terms.size()));
        }
        if (terms.isEmpty()) {
            return List.of();
        }
        List<TextTerms> recent = new ArrayList<>();
        List<Found> places = new ArrayList<>();
        collectRecent(field, recent, places);
        TextStatistics statistics = new TextStatistics(view.generation(), analyzer.luceneName(field), recent);
        List<Found> found = new ArrayList<>();
        searchLeaves(field, terms, statistics, k, found);
        scoreRecent(terms, statistics, recent, places, found);
        return found;
    }

    /// All visible recent texts of the field: they count in the statistics whether or not they match the filter.
    private void collectRecent(String field, List<TextTerms> texts, List<Found> places) {
        int firstSource = view.generation().leaves().size();
        for (int s = 0; s < view.slices().size(); s++) {
            View.Slice slice = view.slices().get(s);
            for (int i = 0; i < slice.count(); i++) {
                Entry entry = slice.overlay().entry(i);
                if (entry.visible(view.position()) && entry.record() != null
                        && entry.record().field(field) instanceof String text) {
                    texts.add(entry.terms(field, () -> analyzer.terms(field, text)));
                    places.add(new Found(firstSource + s, i, 0));
                }
            }
        }
    }

    private void searchLeaves(String field, Map<String, Integer> terms, TextStatistics statistics, int k, List<Found> found)
            throws IOException {
        List<Leaf> leaves = view.generation().leaves();
        if (leaves.isEmpty()) {
            return;
        }
        BooleanQuery.Builder any = new BooleanQuery.Builder();
        terms.forEach((term, times) -> {
            Query one = new TermQuery(new Term(analyzer.luceneName(field), term));
            any.add(times == 1 ? one : new BoostQuery(one, times), Occur.SHOULD);
        });
        Weight weight = statistics.createWeight(any.build(), ScoreMode.TOP_SCORES, 1);
        for (int i = 0; i < leaves.size(); i++) {
            Leaf leaf = leaves.get(i);
            ScorerSupplier supplier = weight.scorerSupplier(leaf.context());
            if (supplier == null) {
                continue;
            }
            supplier.setTopLevelScoringClause();
            TopK best = new TopK(Math.min(k, leaf.maxDoc()));
            BulkScorer scorer = supplier.bulkScorer();
            scorer.score(new BestScores(best), bits(matches.visible(leaf), leaf.maxDoc()), 0, leaf.maxDoc());
            for (long key : best.toSortedKeys()) {
                found.add(new Found(i, TopK.ordinal(key), TopK.distance(key)));
            }
        }
    }

    private static @org.jspecify.annotations.Nullable Bits bits(long @org.jspecify.annotations.Nullable [] words, int size) {
        return words == null ? null : new org.apache.lucene.util.FixedBitSet(words, size);
    }

    private void scoreRecent(Map<String, Integer> terms, TextStatistics statistics, List<TextTerms> recent, List<Found> places,
            List<Found> found) throws IOException {
        if (recent.isEmpty()) {
            return;
        }
        double[] scores = new double[recent.size()];
        for (Map.Entry<String, Integer> term : terms.entrySet()) {
            SimScorer scorer = statistics.scorer(term.getKey(), term.getValue());
            for (int i = 0; i < scores.length; i++) {
                Integer frequency = recent.get(i).frequencies().get(term.getKey());
                if (frequency != null) {
                    scores[i] += scorer.score(frequency, SmallFloat.intToByte4(recent.get(i).length()));
                }
            }
        }
        for (int i = 0; i < scores.length; i++) {
            Found place = places.get(i);
            if (scores[i] > 0 && matchesFilter(place)) {
                found.add(new Found(place.source(), place.item(), -(float) scores[i]));
            }
        }
    }

    private boolean matchesFilter(Found place) {
        if (filter.matchesAll()) {
            return true;
        }
        Entry entry = view.slices().get(place.source() - view.generation().leaves().size()).overlay().entry(place.item());
        return FilterEvaluator.matches(filter, java.util.Objects.requireNonNull(entry.record()));
    }
}
