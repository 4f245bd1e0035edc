package dev.kith.spring;

import dev.kith.documents.MetadataFilter;
import dev.kith.documents.MetadataFilter.Operator;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.ai.vectorstore.filter.Filter;
import org.springframework.ai.vectorstore.filter.Filter.Expression;
import org.springframework.ai.vectorstore.filter.Filter.Operand;

/// Turns the filter expressions of Spring AI into Kith's, tree to tree: no text is made or parsed on the way.
final class Filters {
    private Filters() {}

    static MetadataFilter of(@Nullable Operand operand) {
        return switch (operand) {
            case null -> MetadataFilter.all();
            case Filter.Group group -> of(group.content());
            case Expression expression -> of(expression);
            default -> throw new IllegalArgumentException("expected an expression or a group, found " + operand);
        };
    }

    private static MetadataFilter of(Expression e) {
        return switch (e.type()) {
            case AND -> MetadataFilter.and(of(e.left()), of(required(e)));
            case OR -> MetadataFilter.or(of(e.left()), of(required(e)));
            case NOT -> MetadataFilter.not(of(e.left()));
            case EQ -> compare(e, Operator.EQUAL);
            case NE -> MetadataFilter.not(compare(e, Operator.EQUAL));
            case GT -> compare(e, Operator.GREATER);
            case GTE -> compare(e, Operator.GREATER_OR_EQUAL);
            case LT -> compare(e, Operator.LESS);
            case LTE -> compare(e, Operator.LESS_OR_EQUAL);
            case IN -> MetadataFilter.in(key(e), values(e));
            case NIN -> MetadataFilter.not(MetadataFilter.in(key(e), values(e)));
            case ISNULL -> MetadataFilter.not(MetadataFilter.exists(key(e)));
            case ISNOTNULL -> MetadataFilter.exists(key(e));
        };
    }

    private static MetadataFilter compare(Expression e, Operator operator) {
        return MetadataFilter.compare(key(e), operator, value(e));
    }

    private static Operand required(Expression e) {
        Operand right = e.right();
        if (right == null) {
            throw new IllegalArgumentException(e.type() + " needs two operands, found " + e);
        }
        return right;
    }

    /// The text parser leaves the quotes of a quoted key in place.
    private static String key(Expression e) {
        if (!(e.left() instanceof Filter.Key(String key))) {
            throw new IllegalArgumentException(e.type() + " needs a key on its left, found " + e.left());
        }
        boolean quoted = key.length() >= 2
                && (key.startsWith("\"") && key.endsWith("\"") || key.startsWith("'") && key.endsWith("'"));
        return quoted ? key.substring(1, key.length() - 1) : key;
    }

    private static Object value(Expression e) {
        if (!(required(e) instanceof Filter.Value(Object value)) || value == null) {
            throw new IllegalArgumentException(e.type() + " needs a value on its right, found " + e.right());
        }
        return value;
    }

    private static Collection<?> values(Expression e) {
        return value(e) instanceof Collection<?> list ? list : List.of(value(e));
    }
}
