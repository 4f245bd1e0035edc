package dev.kith.langchain4j;

import dev.kith.documents.MetadataFilter;
import dev.kith.documents.MetadataFilter.Operator;
import dev.langchain4j.store.embedding.filter.Filter;
import dev.langchain4j.store.embedding.filter.comparison.ContainsString;
import dev.langchain4j.store.embedding.filter.comparison.IsEqualTo;
import dev.langchain4j.store.embedding.filter.comparison.IsGreaterThan;
import dev.langchain4j.store.embedding.filter.comparison.IsGreaterThanOrEqualTo;
import dev.langchain4j.store.embedding.filter.comparison.IsIn;
import dev.langchain4j.store.embedding.filter.comparison.IsLessThan;
import dev.langchain4j.store.embedding.filter.comparison.IsLessThanOrEqualTo;
import dev.langchain4j.store.embedding.filter.comparison.IsNotEqualTo;
import dev.langchain4j.store.embedding.filter.comparison.IsNotIn;
import dev.langchain4j.store.embedding.filter.logical.And;
import dev.langchain4j.store.embedding.filter.logical.Not;
import dev.langchain4j.store.embedding.filter.logical.Or;
import org.jspecify.annotations.Nullable;

/// Turns LangChain4j's filters into Kith's, one for one.
final class Filters {
    private Filters() {}

    static MetadataFilter of(@Nullable Filter filter) {
        return switch (filter) {
            case null -> MetadataFilter.all();
            case IsEqualTo f -> MetadataFilter.eq(f.key(), f.comparisonValue());
            case IsNotEqualTo f -> MetadataFilter.not(MetadataFilter.eq(f.key(), f.comparisonValue()));
            case IsGreaterThan f -> MetadataFilter.compare(f.key(), Operator.GREATER, f.comparisonValue());
            case IsGreaterThanOrEqualTo f -> MetadataFilter.compare(f.key(), Operator.GREATER_OR_EQUAL, f.comparisonValue());
            case IsLessThan f -> MetadataFilter.compare(f.key(), Operator.LESS, f.comparisonValue());
            case IsLessThanOrEqualTo f -> MetadataFilter.compare(f.key(), Operator.LESS_OR_EQUAL, f.comparisonValue());
            case IsIn f -> MetadataFilter.in(f.key(), f.comparisonValues());
            case IsNotIn f -> MetadataFilter.not(MetadataFilter.in(f.key(), f.comparisonValues()));
            case ContainsString f -> MetadataFilter.containsText(f.key(), f.comparisonValue());
            case And f -> MetadataFilter.and(of(f.left()), of(f.right()));
            case Or f -> MetadataFilter.or(of(f.left()), of(f.right()));
            case Not f -> MetadataFilter.not(of(f.expression()));
            default -> throw new UnsupportedOperationException(
                    "Kith knows the filters of langchain4j-core, found " + filter.getClass().getName());
        };
    }
}
