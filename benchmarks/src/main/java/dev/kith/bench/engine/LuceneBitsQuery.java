package dev.kith.bench.engine;

import java.util.Objects;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.search.ConstantScoreScorerSupplier;
import org.apache.lucene.search.ConstantScoreWeight;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.QueryVisitor;
import org.apache.lucene.search.ScoreMode;
import org.apache.lucene.search.ScorerSupplier;
import org.apache.lucene.search.Weight;
import org.apache.lucene.util.BitSetIterator;
import org.apache.lucene.util.FixedBitSet;

/// A filter that is ready made: Lucene takes its bits as they are, so the measured query pays for searching, not for
/// evaluating a predicate. For an index of one segment.
final class LuceneBitsQuery extends Query {
    private final FixedBitSet bits;
    private final int cardinality;

    private LuceneBitsQuery(FixedBitSet bits, int cardinality) {
        this.bits = bits;
        this.cardinality = cardinality;
    }

    static Query of(AcceptSet accept, int[] rows) {
        FixedBitSet bits = new FixedBitSet(rows.length);
        for (int doc = 0; doc < rows.length; doc++) {
            if (accept.accepts(rows[doc])) {
                bits.set(doc);
            }
        }
        return new LuceneBitsQuery(bits, bits.cardinality());
    }

    @Override
    public Weight createWeight(IndexSearcher searcher, ScoreMode scoreMode, float boost) {
        return new ConstantScoreWeight(this, boost) {
            @Override
            public ScorerSupplier scorerSupplier(LeafReaderContext context) {
                return ConstantScoreScorerSupplier.fromIterator(new BitSetIterator(bits, cardinality), score(), scoreMode,
                        context.reader().maxDoc());
            }

            @Override
            public boolean isCacheable(LeafReaderContext context) {
                return false;
            }
        };
    }

    @Override
    public String toString(String field) {
        return "bits(" + cardinality + ")";
    }

    @Override
    public void visit(QueryVisitor visitor) {
        visitor.visitLeaf(this);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof LuceneBitsQuery that && that.bits == bits;
    }

    @Override
    public int hashCode() {
        return Objects.hash(classHash(), System.identityHashCode(bits));
    }
}
