package dev.kith.internal.view;

import dev.kith.internal.index.LuceneFields;
import java.io.IOException;
import java.util.List;
import org.apache.lucene.index.PostingsEnum;
import org.apache.lucene.index.Terms;
import org.apache.lucene.index.TermsEnum;
import org.apache.lucene.util.Bits;
import org.apache.lucene.util.BytesRef;
import org.jspecify.annotations.Nullable;

/// Finds documents of a [Generation] by id. Keeps its place in the dictionaries, so finding many is cheap. Not thread-safe.
public final class IdLookup {
    private final List<Leaf> leaves;
    private final @Nullable TermsEnum[] terms;
    private @Nullable PostingsEnum postings;

    /// @param generation must stay in use
    public IdLookup(Generation generation) throws IOException {
        this.leaves = generation.leaves();
        this.terms = new TermsEnum[leaves.size()];
        for (int i = 0; i < terms.length; i++) {
            Terms ids = leaves.get(i).reader().terms(LuceneFields.ID);
            terms[i] = ids == null ? null : ids.iterator();
        }
    }

    /// The document Lucene holds live for an id, whatever recent writes did to it; null if there is none.
    public Generation.@Nullable Place find(String id) throws IOException {
        BytesRef bytes = new BytesRef(id);
        for (int leaf = terms.length - 1; leaf >= 0; leaf--) { // the newest segments last
            TermsEnum dictionary = terms[leaf];
            if (dictionary == null || !dictionary.seekExact(bytes)) {
                continue;
            }
            Bits live = leaves.get(leaf).reader().getLiveDocs();
            postings = dictionary.postings(postings, PostingsEnum.NONE);
            for (int doc = postings.nextDoc(); doc != PostingsEnum.NO_MORE_DOCS; doc = postings.nextDoc()) {
                if (live == null || live.get(doc)) {
                    return new Generation.Place(leaf, doc);
                }
            }
        }
        return null;
    }

    /// Whether a segment still holds a deleted or replaced document of an id: a trace until a merge drops it.
    public boolean traced(String id) throws IOException {
        BytesRef bytes = new BytesRef(id);
        for (TermsEnum dictionary : terms) {
            if (dictionary != null && dictionary.seekExact(bytes)) {
                return true;
            }
        }
        return false;
    }
}
