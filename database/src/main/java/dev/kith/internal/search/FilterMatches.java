package dev.kith.internal.search;

import dev.kith.core.AcceptOrdinals;
import dev.kith.internal.filter.BoundFilter;
import dev.kith.internal.index.LuceneFilters;
import dev.kith.internal.view.Leaf;
import dev.kith.internal.view.LeafCore;
import dev.kith.internal.view.View;
import dev.kith.lucene.KithVectorsReader;
import java.io.IOException;
import java.util.Objects;
import org.apache.lucene.search.DocIdSetIterator;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.ScoreMode;
import org.apache.lucene.search.Scorer;
import org.apache.lucene.search.Weight;
import org.apache.lucene.util.FixedBitSet;
import org.jspecify.annotations.Nullable;

/// The documents of a view's leaves that match one filter. One search uses it, on one thread.
final class FilterMatches {
    private final View view;
    private final BoundFilter filter;
    private final LuceneFilters lucene;
    private @Nullable Weight weight;

    FilterMatches(View view, BoundFilter filter, LuceneFilters lucene) {
        this.view = view;
        this.filter = filter;
        this.lucene = lucene;
    }

    /// The documents that the view sees and the filter matches, or null for all documents. Not to be changed.
    long @Nullable [] visible(Leaf leaf) throws IOException {
        long[] live = leaf.live(view.position());
        if (filter.matchesAll()) {
            return live;
        }
        long[] matches = matches(leaf);
        if (live == null) {
            return matches;
        }
        long[] both = matches.clone();
        for (int i = 0; i < both.length; i++) {
            both[i] &= live[i];
        }
        return both;
    }

    /// The ordinals of a vector field that the view sees and the filter matches, or null for all.
    @Nullable
    AcceptOrdinals accept(Leaf leaf, String field, KithVectorsReader vectors) throws IOException {
        if (filter.matchesAll()) {
            return leaf.accept(field, vectors, view.position());
        }
        if (leaf.live(view.position()) == null) {
            return cached(leaf).accept(field, vectors);
        }
        return vectors.accept(Objects.requireNonNull(visible(leaf)));
    }

    /// How many bits are set.
    static long count(long[] words) {
        long count = 0;
        for (long word : words) {
            count += Long.bitCount(word);
        }
        return count;
    }

    private long[] matches(Leaf leaf) throws IOException {
        return cached(leaf).words();
    }

    private LeafCore.Matches cached(Leaf leaf) throws IOException {
        LeafCore.Matches known = leaf.core().cachedMatches(filter);
        if (known != null) {
            return known;
        }
        FixedBitSet set = new FixedBitSet(leaf.maxDoc());
        Scorer scorer = weight().scorer(leaf.context());
        if (scorer != null) {
            DocIdSetIterator documents = scorer.iterator();
            set.or(documents);
        }
        return leaf.core().cacheMatches(filter, set.getBits());
    }

    private Weight weight() throws IOException {
        Weight made = weight;
        if (made == null) {
            IndexSearcher searcher = view.generation().searcher();
            made = searcher.createWeight(searcher.rewrite(lucene.query(filter)), ScoreMode.COMPLETE_NO_SCORES, 1);
            weight = made;
        }
        return made;
    }
}
