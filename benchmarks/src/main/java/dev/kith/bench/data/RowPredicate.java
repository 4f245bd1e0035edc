package dev.kith.bench.data;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A condition on a row's metadata in the words of a set's `filters.json`: clauses joined by ` and `, each one of
/// `field=value`, `field!=value`, `field<number` (also `<=`, `>`, `>=`), `field in (a,b)`, `row<n/2`, `row%100=0`.
final class RowPredicate {
    private static final Pattern IN = Pattern.compile("(\\w+) in \\(([^)]*)\\)");
    private static final Pattern MODULO = Pattern.compile("row%(\\d+)=(\\d+)");
    private static final Pattern COMPARE = Pattern.compile("(\\w+)(!=|<=|>=|=|<|>)(.+)");

    private sealed interface Clause {
        record In(String field, Set<String> values) implements Clause {}

        record Modulo(long divisor, long rest) implements Clause {}

        record Compare(String field, String sign, String value) implements Clause {}
    }

    private final List<Clause> clauses;
    private final long rows;

    private RowPredicate(List<Clause> clauses, long rows) {
        this.clauses = clauses;
        this.rows = rows;
    }

    /// Reads a predicate.
    ///
    /// @param rows what `n` stands for
    /// @throws IllegalArgumentException naming the clause that is none of the forms
    static RowPredicate parse(String text, long rows) {
        List<Clause> clauses = new ArrayList<>();
        for (String part : text.split(" and ", -1)) {
            String clause = part.strip();
            Matcher in = IN.matcher(clause);
            Matcher modulo = MODULO.matcher(clause);
            Matcher compare = COMPARE.matcher(clause);
            if (in.matches()) {
                clauses.add(new Clause.In(in.group(1), Set.of(in.group(2).split("\\s*,\\s*"))));
            } else if (modulo.matches()) {
                clauses.add(new Clause.Modulo(Long.parseLong(modulo.group(1)), Long.parseLong(modulo.group(2))));
            } else if (compare.matches()) {
                clauses.add(new Clause.Compare(compare.group(1), compare.group(2), compare.group(3)));
            } else {
                throw new IllegalArgumentException("not a clause of a filter: " + clause);
            }
        }
        return new RowPredicate(clauses, rows);
    }

    /// Whether the row passes.
    ///
    /// @param fields the row's scalar metadata as text; a clause on an absent field fails, `!=` included
    boolean test(long row, Map<String, String> fields) {
        for (Clause clause : clauses) {
            boolean passes = switch (clause) {
                case Clause.In in -> fields.containsKey(in.field) && in.values.contains(fields.get(in.field));
                case Clause.Modulo modulo -> row % modulo.divisor == modulo.rest;
                case Clause.Compare compare -> compare(row, fields, compare);
            };
            if (!passes) {
                return false;
            }
        }
        return true;
    }

    private boolean compare(long row, Map<String, String> fields, Clause.Compare clause) {
        String own = clause.field.equals("row") ? Long.toString(row) : fields.get(clause.field);
        if (own == null) {
            return false;
        }
        if (clause.sign.equals("=") || clause.sign.equals("!=")) {
            return own.equals(clause.value) == clause.sign.equals("=");
        }
        double a = Double.parseDouble(own);
        double b = clause.value.toLowerCase(Locale.ROOT).equals("n/2") ? (double) (rows / 2) : Double.parseDouble(clause.value);
        return switch (clause.sign) {
            case "<" -> a < b;
            case "<=" -> a <= b;
            case ">" -> a > b;
            case ">=" -> a >= b;
            default -> throw new IllegalStateException(clause.sign);
        };
    }
}
