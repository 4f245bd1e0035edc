package dev.kith.internal.search;

import dev.kith.internal.format.RecordCodec;
import dev.kith.internal.index.LuceneFields;
import dev.kith.internal.model.Lifetimes;
import dev.kith.internal.view.Entry;
import dev.kith.internal.view.Leaf;
import dev.kith.internal.view.View;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.lucene.document.LongPoint;
import org.apache.lucene.search.DocIdSetIterator;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.ScoreMode;
import org.apache.lucene.search.Scorer;
import org.apache.lucene.search.Weight;

/// Finds the records of a view that have ended.
public final class Expired {
    private Expired() {}

    /// The ids of the records a view sees whose end is not after an instant.
    public static List<String> ids(View view, RecordCodec codec, long nowNanos) throws IOException {
        List<String> ids = new ArrayList<>();
        HitLoader loader = new HitLoader(view, codec);
        IndexSearcher searcher = view.generation().searcher();
        Weight weight = searcher.createWeight(
                searcher.rewrite(LongPoint.newRangeQuery(LuceneFields.END, Long.MIN_VALUE, nowNanos)),
                ScoreMode.COMPLETE_NO_SCORES, 1);
        List<Leaf> leaves = view.generation().leaves();
        for (int i = 0; i < leaves.size(); i++) {
            Scorer scorer = weight.scorer(leaves.get(i).context());
            if (scorer == null) {
                continue;
            }
            long[] live = leaves.get(i).live(view.position());
            DocIdSetIterator documents = scorer.iterator();
            for (int doc = documents.nextDoc(); doc != DocIdSetIterator.NO_MORE_DOCS; doc = documents.nextDoc()) {
                if (live == null || (live[doc >> 6] & 1L << doc) != 0) {
                    ids.add(loader.id(i, doc));
                }
            }
        }
        for (View.Slice slice : view.slices()) {
            for (int i = 0; i < slice.count(); i++) {
                Entry entry = slice.overlay().entry(i);
                if (entry.visible(view.position()) && entry.record() != null
                        && Lifetimes.endNanos(codec.schema().schema(), entry.record()) <= nowNanos) {
                    ids.add(entry.id());
                }
            }
        }
        return ids;
    }
}
