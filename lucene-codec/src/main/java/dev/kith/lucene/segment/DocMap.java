package dev.kith.lucene.segment;

import dev.kith.core.AcceptOrdinals;
import dev.kith.core.CorruptBytesException;
import java.lang.foreign.MemorySegment;
import java.util.Objects;

/// Which document each ordinal belongs to. Ordinals follow the docIds, so both ascend together. Immutable and thread-safe.
public final class DocMap {
    private final int count;
    private final int maxDoc;
    private final MemorySegment docIds;
    private final boolean dense;

    /// @param docIds one little-endian int32 a vector, ascending; not read when `dense`
    DocMap(int count, int maxDoc, boolean dense, MemorySegment docIds) {
        this.count = count;
        this.maxDoc = maxDoc;
        this.dense = dense;
        this.docIds = docIds;
    }

    /// How many vectors there are.
    public int count() {
        return count;
    }

    /// How many documents the segment has, with a vector or without.
    public int maxDoc() {
        return maxDoc;
    }

    /// Whether every document has a vector: the docId is then the ordinal.
    public boolean dense() {
        return dense;
    }

    /// The document of an ordinal.
    public int docId(int ordinal) {
        Objects.checkIndex(ordinal, count);
        return dense ? ordinal : docIds.get(FieldEntry.INT, 4L * ordinal);
    }

    /// The ordinal of a document, or -1 if it has no vector.
    public int ordinal(int docId) {
        int at = ceiling(docId, 0);
        return at < count && docId(at) == docId ? at : -1;
    }

    /// The first ordinal `>= from` whose document is `>= docId`; [#count()] if there is none. Near targets are found in a few
    /// steps, so walking up a sorted list of documents is cheap.
    public int ceiling(int docId, int from) {
        if (dense) {
            return Math.min(Math.max(docId, from), count);
        }
        int low = from;
        int step = 1;
        int high = from;
        while (high < count && docIds.get(FieldEntry.INT, 4L * high) < docId) {
            low = high + 1;
            high = (int) Math.min(count, (long) high + step);
            step <<= 1;
            if (step < 0) {
                step = Integer.MAX_VALUE;
            }
        }
        while (low < high) {
            int mid = (low + high) >>> 1;
            if (docIds.get(FieldEntry.INT, 4L * mid) < docId) {
                low = mid + 1;
            } else {
                high = mid;
            }
        }
        return low;
    }

    /// The ordinals of the documents whose bit is set. Dense fields share the words, sparse ones are translated.
    ///
    /// @param words bit `i & 63` of word `i >> 6` is document `i`; must hold at least [#maxDoc()] bits and not change while the
    ///        result is used
    public AcceptOrdinals accept(long[] words) {
        Objects.checkFromToIndex(0L, (maxDoc + 63L) >>> 6, words.length);
        if (dense) {
            return AcceptOrdinals.of(words, count);
        }
        long[] accepted = new long[(count + 63) >>> 6];
        for (int ordinal = 0; ordinal < count; ordinal++) {
            int doc = docIds.get(FieldEntry.INT, 4L * ordinal);
            accepted[ordinal >> 6] |= (words[doc >> 6] >>> doc & 1L) << ordinal;
        }
        return AcceptOrdinals.of(accepted, count);
    }

    /// Checks that the docIds ascend and stay below [#maxDoc()].
    void validate() throws CorruptBytesException {
        int last = -1;
        for (int ordinal = 0; ordinal < count && !dense; ordinal++) {
            int doc = docIds.get(FieldEntry.INT, 4L * ordinal);
            if (doc <= last || doc >= maxDoc) {
                throw new CorruptBytesException("docId of ordinal " + ordinal, 4L * ordinal,
                        "in [" + (last + 1) + ", " + maxDoc + ")", Integer.toString(doc));
            }
            last = doc;
        }
    }
}
