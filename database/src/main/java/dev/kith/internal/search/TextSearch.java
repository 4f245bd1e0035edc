package dev.kith.internal.search;

import dev.kith.Explanation.PartPlan;
import dev.kith.Explanation.Strategy;
import dev.kith.InvalidQueryException;
import dev.kith.Limits;
import dev.kith.core.TopK;
import dev.kith.internal.view.Entry;
import dev.kith.internal.view.Leaf;
import dev.kith.internal.view.TextTerms;
import dev.kith.internal.view.View;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.lucene.index.Term;
import org.apache.lucene.search.BooleanClause.Occur;
import org.apache.lucene.search.BooleanQuery;
import org.apache.lucene.search.BoostQuery;
import org.apache.lucene.search.BulkScorer;
import org.apache.lucene.search.LeafCollector;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.Scorable;
import org.apache.lucene.search.ScoreMode;
import org.apache.lucene.search.ScorerSupplier;
import org.apache.lucene.search.TermQuery;
import org.apache.lucene.search.Weight;
import org.apache.lucene.search.similarities.Similarity.SimScorer;
import org.apache.lucene.util.Bits;
import org.apache.lucene.util.FixedBitSet;
import org.apache.lucene.util.SmallFloat;
import org.jspecify.annotations.Nullable;

/// The best records of a view by BM25 on one text field. Segments and recent writes are scored with the same statistics, which
/// count both, so their scores compare.
final class TextSearch implements ClauseSearch {
    /// Documents scored between two looks at the limits.
    private static final int WINDOW = 1 << 16;

    private final Moment moment;
    private final Map<String, Integer> terms;
    private final String luceneField;
    private final List<TextTerms> recent = new ArrayList<>();
    private final List<Found> places = new ArrayList<>();
    private final TextStatistics statistics;
    private @Nullable Weight weight;

    TextSearch(Moment moment, TextAnalyzer analyzer, String field, String text) {
        this.moment = moment;
        this.terms = new LinkedHashMap<>(analyzer.terms(field, text).frequencies());
        if (terms.size() > Limits.MAX_QUERY_TERMS) {
            throw new InvalidQueryException(field, "at most " + Limits.MAX_QUERY_TERMS + " distinct words",
                    Integer.toString(terms.size()));
        }
        this.luceneField = analyzer.luceneName(field);
        collectRecent(field, analyzer);
        this.statistics = new TextStatistics(moment.view().generation(), luceneField, recent);
    }

    /// The words as the index has them.
    java.util.Set<String> words() {
        return terms.keySet();
    }

    /// All visible recent texts of the field: they count in the statistics whether or not they match the filter.
    private void collectRecent(String field, TextAnalyzer analyzer) {
        View view = moment.view();
        for (int s = 0; s < view.slices().size(); s++) {
            View.Slice slice = view.slices().get(s);
            for (int i = 0; i < slice.count(); i++) {
                Entry entry = slice.overlay().entry(i);
                if (entry.visible(view.position()) && entry.record() != null
                        && entry.record().field(field) instanceof String text) {
                    recent.add(entry.terms(field, () -> analyzer.terms(field, text)));
                    places.add(new Found(moment.segments() + s, i, 0));
                }
            }
        }
    }

    @Override
    public Candidates run(int k) throws IOException {
        Candidates candidates = Candidates.empty();
        if (terms.isEmpty()) {
            return candidates;
        }
        List<Leaf> leaves = moment.view().generation().leaves();
        for (int i = 0; i < leaves.size(); i++) {
            searchLeaf(i, leaves.get(i), k, candidates);
        }
        moment.guard().check();
        long start = System.nanoTime();
        int before = candidates.found().size();
        scoreRecent(candidates);
        Trace trace = moment.trace();
        if (trace != null && !recent.isEmpty()) {
            trace.part(new PartPlan("recent", recent.size(), recent.size(), Strategy.WORDS,
                    "writes not yet in a segment, scored with the same statistics", 0, 0, candidates.found().size() - before,
                    System.nanoTime() - start));
        }
        return candidates;
    }

    private void searchLeaf(int number, Leaf leaf, int k, Candidates candidates) throws IOException {
        long start = System.nanoTime();
        int wanted = (int) Math.min(k + 1L, leaf.maxDoc());
        moment.guard().charge(64L * wanted);
        TopK best = new TopK(wanted);
        score(leaf, new BestScores(best));
        if (best.size() > k) {
            candidates.cuts().add(new Cut(number, best.worstDistance()));
        }
        for (long key : best.toSortedKeys()) {
            candidates.found().add(new Found(number, TopK.ordinal(key), TopK.distance(key)));
        }
        Trace trace = moment.trace();
        if (trace != null) {
            long[] visible = moment.matches().visible(leaf);
            int accepted = visible == null ? leaf.maxDoc() : (int) FilterMatches.count(visible);
            trace.part(new PartPlan(HitLoader.segmentName(leaf), leaf.maxDoc(), accepted, Strategy.WORDS,
                    terms.size() + " words by the inverted index, blocks that cannot compete are skipped", 0, 0, best.size(),
                    System.nanoTime() - start));
        }
    }

    private void score(Leaf leaf, LeafCollector collector) throws IOException {
        ScorerSupplier supplier = weight().scorerSupplier(leaf.context());
        if (supplier == null) {
            return;
        }
        supplier.setTopLevelScoringClause();
        BulkScorer scorer = supplier.bulkScorer();
        Bits accept = bits(moment.matches().visible(leaf), leaf.maxDoc());
        int from = 0;
        while (from < leaf.maxDoc()) {
            moment.guard().check();
            int to = moment.guard().watching() ? (int) Math.min((long) from + WINDOW, leaf.maxDoc()) : leaf.maxDoc();
            from = Math.max(to, scorer.score(collector, accept, from, to));
        }
    }

    private Weight weight() throws IOException {
        Weight made = weight;
        if (made == null) {
            BooleanQuery.Builder any = new BooleanQuery.Builder();
            terms.forEach((term, times) -> {
                Query one = new TermQuery(new Term(luceneField, term));
                any.add(times == 1 ? one : new BoostQuery(one, times), Occur.SHOULD);
            });
            made = statistics.createWeight(any.build(), ScoreMode.TOP_SCORES, 1);
            weight = made;
        }
        return made;
    }

    private static @Nullable Bits bits(long @Nullable [] words, int size) {
        return words == null ? null : new FixedBitSet(words, size);
    }

    private void scoreRecent(Candidates candidates) throws IOException {
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
            if (scores[i] > 0 && moment.accepts(entry(place))) {
                candidates.found().add(new Found(place.source(), place.item(), -(float) scores[i]));
            }
        }
    }

    private Entry entry(Found place) {
        return moment.view().slices().get(place.source() - moment.segments()).overlay().entry(place.item());
    }

    @Override
    public void tied(Cut cut, int k, Places into) throws IOException {
        Leaf leaf = moment.view().generation().leaves().get(cut.source()); // recent writes are never cut
        score(leaf, new LeafCollector() {
            private @Nullable Scorable scorable;

            @Override
            public void setScorer(Scorable newScorer) {
                scorable = newScorer;
            }

            @Override
            public void collect(int document) throws IOException {
                if (-Objects.requireNonNull(scorable).score() == cut.distance()) {
                    into.take(document);
                }
            }
        });
    }
}
