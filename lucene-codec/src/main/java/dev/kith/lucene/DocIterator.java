package dev.kith.lucene;

import dev.kith.lucene.segment.DocMap;
import org.apache.lucene.index.KnnVectorValues;

/// Walks the documents that have a vector.
final class DocIterator extends KnnVectorValues.DocIndexIterator {
    private final DocMap docs;
    private int ordinal = -1;
    private int doc = -1;

    DocIterator(DocMap docs) {
        this.docs = docs;
    }

    @Override
    public int docID() {
        return doc;
    }

    @Override
    public int index() {
        return ordinal;
    }

    @Override
    public int nextDoc() {
        return moveTo(ordinal + 1);
    }

    @Override
    public int advance(int target) {
        return target == NO_MORE_DOCS ? moveTo(docs.count()) : moveTo(docs.ceiling(target, ordinal + 1));
    }

    @Override
    public long cost() {
        return docs.count();
    }

    private int moveTo(int next) {
        if (doc == NO_MORE_DOCS || next >= docs.count()) {
            ordinal = NO_MORE_DOCS;
            doc = NO_MORE_DOCS;
        } else {
            ordinal = next;
            doc = docs.docId(next);
        }
        return doc;
    }
}
