package dev.kith.internal.index;

import dev.kith.internal.filter.WildcardPattern;
import java.io.IOException;
import org.apache.lucene.index.FilteredTermsEnum;
import org.apache.lucene.index.Terms;
import org.apache.lucene.index.TermsEnum;
import org.apache.lucene.search.MultiTermQuery;
import org.apache.lucene.search.QueryVisitor;
import org.apache.lucene.util.AttributeSource;
import org.apache.lucene.util.BytesRef;
import org.apache.lucene.util.StringHelper;

/// The documents with a keyword that fits a pattern. Lucene's own wildcards become deterministic automata, whose size is
/// exponential in the worst case; this one tries the terms that begin as the pattern does, each in linear time.
final class WildcardTermsQuery extends MultiTermQuery {
    private final WildcardPattern pattern;
    private final String text;

    WildcardTermsQuery(String field, WildcardPattern pattern) {
        super(field, CONSTANT_SCORE_BLENDED_REWRITE);
        this.pattern = pattern;
        this.text = pattern.toString();
    }

    @Override
    protected TermsEnum getTermsEnum(Terms terms, AttributeSource attributes) throws IOException {
        BytesRef prefix = new BytesRef(pattern.prefix());
        return new FilteredTermsEnum(terms.iterator()) {
            {
                setInitialSeekTerm(prefix);
            }

            @Override
            protected AcceptStatus accept(BytesRef term) {
                if (!StringHelper.startsWith(term, prefix)) {
                    return AcceptStatus.END;
                }
                return pattern.matches(term.utf8ToString()) ? AcceptStatus.YES : AcceptStatus.NO;
            }
        };
    }

    @Override
    public void visit(QueryVisitor visitor) {
        visitor.visitLeaf(this);
    }

    @Override
    public String toString(String field) {
        return getField() + ":" + text;
    }

    @Override
    public boolean equals(Object other) {
        return sameClassAs(other) && super.equals(other) && text.equals(((WildcardTermsQuery) other).text);
    }

    @Override
    public int hashCode() {
        return 31 * super.hashCode() + text.hashCode();
    }
}
