package dev.kith.internal.search;

import dev.kith.SparseVector;
import dev.kith.internal.index.DocumentMapper;
import dev.kith.internal.index.LuceneFields;
import dev.kith.internal.model.NumberedSchema.NumberedField;
import dev.kith.internal.view.Leaf;
import java.io.IOException;
import org.apache.lucene.index.PostingsEnum;
import org.apache.lucene.index.Terms;
import org.apache.lucene.index.TermsEnum;
import org.apache.lucene.search.DocIdSetIterator;
import org.apache.lucene.util.BitSetIterator;
import org.apache.lucene.util.FixedBitSet;

/// Inner product with a sparse vector. Only documents that have one of its indices are looked at.
record SparseMeasure(NumberedField field, SparseVector query) implements WideSearch.Measure {
    @Override
    public float distance(Object value) {
        SparseVector other = (SparseVector) value;
        return shares(other) ? -(float) query.dot(other) : Float.POSITIVE_INFINITY;
    }

    private boolean shares(SparseVector other) {
        int i = 0;
        int j = 0;
        while (i < query.size() && j < other.size()) {
            int c = Integer.compare(query.index(i), other.index(j));
            if (c == 0) {
                return true;
            }
            if (c < 0) {
                i++;
            } else {
                j++;
            }
        }
        return false;
    }

    @Override
    public DocIdSetIterator documents(Leaf leaf) throws IOException {
        Terms terms = leaf.reader().terms(LuceneFields.sparseTerms(field));
        if (terms == null) {
            return DocIdSetIterator.empty();
        }
        FixedBitSet any = new FixedBitSet(leaf.maxDoc());
        TermsEnum dictionary = terms.iterator();
        PostingsEnum postings = null;
        for (int i = 0; i < query.size(); i++) {
            if (dictionary.seekExact(DocumentMapper.sparseTerm(query.index(i)))) {
                postings = dictionary.postings(postings, PostingsEnum.NONE);
                any.or(postings);
            }
        }
        return new BitSetIterator(any, any.cardinality());
    }

    @Override
    public String why() {
        return "records with one of the query's " + query.size() + " indices, by the inverted index";
    }
}
