package dev.kith.internal.search;

import dev.kith.internal.filter.Words;
import dev.kith.internal.index.LuceneFields;
import dev.kith.internal.model.NumberedSchema;
import dev.kith.internal.view.TextTerms;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.apache.lucene.analysis.Analyzer;
import org.apache.lucene.analysis.TokenStream;
import org.apache.lucene.analysis.tokenattributes.CharTermAttribute;
import org.apache.lucene.analysis.tokenattributes.PositionIncrementAttribute;

/// Cuts text into terms exactly as the index does. Thread-safe.
public final class TextAnalyzer implements Words {
    private final NumberedSchema schema;
    private final Analyzer analyzer;

    /// @param analyzer the one the index writer uses
    public TextAnalyzer(NumberedSchema schema, Analyzer analyzer) {
        this.schema = schema;
        this.analyzer = analyzer;
    }

    /// The name Lucene knows the field by.
    String luceneName(String field) {
        return LuceneFields.name(schema.named(field));
    }

    @Override
    public Set<String> of(String field, String text) {
        return terms(field, text).frequencies().keySet();
    }

    /// The terms of a text.
    TextTerms terms(String field, String text) {
        Map<String, Integer> frequencies = new LinkedHashMap<>();
        int length = 0;
        try (TokenStream tokens = analyzer.tokenStream(luceneName(field), text)) {
            CharTermAttribute term = tokens.addAttribute(CharTermAttribute.class);
            PositionIncrementAttribute increment = tokens.addAttribute(PositionIncrementAttribute.class);
            tokens.reset();
            while (tokens.incrementToken()) {
                frequencies.merge(term.toString(), 1, Integer::sum);
                length += increment.getPositionIncrement() == 0 ? 0 : 1;
            }
            tokens.end();
        } catch (IOException e) {
            throw new UncheckedIOException(e); // text comes from memory
        }
        return new TextTerms(frequencies, length);
    }
}
