package dev.kith.lucene;

import dev.kith.core.AcceptOrdinals;
import dev.kith.lucene.segment.DocMap;
import java.io.IOException;
import org.apache.lucene.search.AcceptDocs;
import org.apache.lucene.search.DocIdSetIterator;
import org.apache.lucene.util.Bits;
import org.apache.lucene.util.FixedBitSet;
import org.apache.lucene.util.SparseFixedBitSet;
import org.jspecify.annotations.Nullable;

/// Turns what Lucene accepts, documents, into what an index accepts, ordinals.
final class DocFilter {
    private DocFilter() {}

    /// The ordinals of the accepted documents; null accepts all.
    static @Nullable AcceptOrdinals of(@Nullable AcceptDocs accept, DocMap docs) throws IOException {
        if (accept == null) {
            return null;
        }
        Bits bits = accept.bits();
        if (bits instanceof SparseFixedBitSet) {
            return ofFew(accept.iterator(), docs);
        }
        return of(bits, docs);
    }

    /// The ordinals of the documents whose bit is set; null accepts all. A [FixedBitSet] over a dense field is used in place,
    /// so it must not change while the result is used.
    static @Nullable AcceptOrdinals of(@Nullable Bits bits, DocMap docs) {
        if (bits == null) {
            return null;
        }
        if (bits instanceof FixedBitSet set) {
            return docs.accept(set.getBits());
        }
        FixedBitSet set = new FixedBitSet(docs.maxDoc());
        set.set(0, docs.maxDoc());
        bits.applyMask(set, 0);
        return docs.accept(set.getBits());
    }

    /// Walks the documents instead of the bits: right where they are few.
    private static AcceptOrdinals ofFew(DocIdSetIterator documents, DocMap docs) throws IOException {
        long[] words = new long[(docs.count() + 63) >>> 6];
        int ordinal = 0;
        for (int doc = documents.nextDoc(); doc != DocIdSetIterator.NO_MORE_DOCS; doc = documents.nextDoc()) {
            ordinal = docs.ceiling(doc, ordinal);
            if (ordinal == docs.count()) {
                break;
            }
            if (docs.docId(ordinal) == doc) {
                words[ordinal >> 6] |= 1L << ordinal;
            }
        }
        return AcceptOrdinals.of(words, docs.count());
    }
}
