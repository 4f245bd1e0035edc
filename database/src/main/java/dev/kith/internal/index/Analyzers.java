package dev.kith.internal.index;

import dev.kith.TextAnalysis;
import dev.kith.TextField;
import dev.kith.internal.model.NumberedSchema;
import dev.kith.internal.model.NumberedSchema.NumberedField;
import java.util.HashMap;
import java.util.Map;
import org.apache.lucene.analysis.Analyzer;
import org.apache.lucene.analysis.CharArraySet;
import org.apache.lucene.analysis.cjk.CJKAnalyzer;
import org.apache.lucene.analysis.core.KeywordAnalyzer;
import org.apache.lucene.analysis.de.GermanAnalyzer;
import org.apache.lucene.analysis.en.EnglishAnalyzer;
import org.apache.lucene.analysis.miscellaneous.PerFieldAnalyzerWrapper;
import org.apache.lucene.analysis.standard.StandardAnalyzer;

/// Lucene's analyzers for [TextAnalysis].
public final class Analyzers {
    private Analyzers() {}

    /// An analyzer that treats each text field of the schema as it says.
    public static Analyzer forSchema(NumberedSchema schema) {
        Map<String, Analyzer> byField = new HashMap<>();
        for (NumberedField numbered : schema.fields()) {
            if (numbered.field() instanceof TextField text) {
                byField.put(LuceneFields.name(numbered), of(text.analysis()));
            }
        }
        return new PerFieldAnalyzerWrapper(new KeywordAnalyzer(), byField);
    }

    private static Analyzer of(TextAnalysis analysis) {
        return switch (analysis) {
            case STANDARD -> new StandardAnalyzer(CharArraySet.EMPTY_SET);
            case ENGLISH -> new EnglishAnalyzer();
            case GERMAN -> new GermanAnalyzer();
            case CJK -> new CJKAnalyzer(CharArraySet.EMPTY_SET);
        };
    }
}
