package dev.kith.cli;

import dev.kith.Clause;
import dev.kith.Collection;
import dev.kith.Effort;
import dev.kith.Field;
import dev.kith.Filter;
import dev.kith.Fusion;
import dev.kith.Query;
import dev.kith.TextField;
import dev.kith.VectorField;
import dev.kith.VectorValue;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// What to look for and how, for every command that asks a collection.
public final class QueryOptions {
    @Option(names = "--like", paramLabel = "ID", description = "Near to the vector of this stored record; several are averaged.") List<String> like = new ArrayList<>();
    @Option(names = "--unlike", paramLabel = "ID", description = "Away from the vector of this stored record; needs --like.") List<String> unlike = new ArrayList<>();
    @Option(names = "--vector", paramLabel = "NUMBERS", description = "Near to this vector: numbers separated by commas or blanks.")
    @Nullable String vector;
    @Option(names = "--within", paramLabel = "SCORE", description = "With --vector: all that score at least so much.")
    @Nullable Float within;
    @Option(names = "--vector-field", paramLabel = "NAME", description = "Vector field; may be left out if there is only one.")
    @Nullable String vectorField;
    @Option(names = "--text-field", paramLabel = "NAME", description = "Text field; may be left out if there is only one.")
    @Nullable String textField;
    @Option(names = {"-w",
            "--where"}, paramLabel = "CONDITION", description = "Only records with FIELD=VALUE (or != > >= < <=, FIELD=PREFIX*, 'FIELD in A,B', exists(FIELD)). "
                    + "Several are all required.") List<String> conditions = new ArrayList<>();
    @Option(names = "--filter", paramLabel = "TEXT", description = "Only records that match, such as \"year >= 2020 and tags contains 'x'\"; see kith filter.")
    @Nullable String filter;
    @Option(names = "--model", paramLabel = "NAME", description = "Embedding model that made --vector; refused if the field records another.")
    @Nullable String model;
    @Option(names = "-k", defaultValue = "5", description = "Hits at most; default ${DEFAULT-VALUE}.") int k = 5;
    @Option(names = "--offset", defaultValue = "0", description = "Leaves out so many of the best.") int offset;
    @Option(names = "--candidates", defaultValue = "0", description = "Records each part of the query contributes; 0 chooses.") int candidates;
    @Option(names = "--min-score", description = "Leaves out hits with a lower score.")
    @Nullable Float minScore;
    @Option(names = "--weighted-sum", description = "Fuses words and vectors by normalised scores instead of by ranks.") boolean weightedSum;
    @Option(names = "--group-by", paramLabel = "NAME", description = "At most one hit of each value of this field.")
    @Nullable String groupBy;
    @Option(names = "--ef", description = "Candidates kept while searching the graph.")
    @Nullable Integer efSearch;
    @Option(names = "--recall", description = "Tries as hard as this recall needs, such as 0.95.")
    @Nullable Double recall;
    @Option(names = "--exact", description = "Scans everything: recall 1.") boolean exact;

    /// The query.
    ///
    /// @param words for the text field, or null
    Query query(Collection collection, @Nullable String words) {
        List<Clause> clauses = new ArrayList<>();
        if (words != null) {
            clauses.add(Clause.text(only(collection, TextField.class, textField, "--text-field"), words));
        }
        if (!like.isEmpty() || !unlike.isEmpty()) {
            String field = only(collection, VectorField.class, vectorField, "--vector-field");
            clauses.add(Clause.like(field, examples(like), examples(unlike)));
        }
        if (vector != null) {
            String field = only(collection, VectorField.class, vectorField, "--vector-field");
            clauses.add(within == null
                    ? Clause.nearest(field, named(numbers(vector)))
                    : new Clause.Within(field, named(numbers(vector)), within, Effort.auto(), 1));
        }
        if (clauses.isEmpty()) {
            throw new IllegalArgumentException("nothing to look for: give WORDS, --like or --vector");
        }
        Query query = Query.of(clauses.toArray(Clause[]::new)).k(k).offset(offset).candidates(candidates)
                .filter(filter(collection)).allFields().withPayload();
        query = minScore == null ? query : query.minScore(minScore);
        query = weightedSum ? query.fusion(Fusion.weightedSum()) : query;
        query = groupBy == null ? query : query.groupBy(groupBy, 1);
        return effort(query);
    }

    private VectorValue named(float[] components) {
        VectorValue value = VectorValue.of(components);
        return model == null ? value : value.madeBy(model);
    }

    private Filter filter(Collection collection) {
        Filter all = Conditions.all(collection.schema(), conditions);
        if (filter == null) {
            return all;
        }
        Filter text = Filter.parse(filter);
        return conditions.isEmpty() ? text : text.and(all);
    }

    private Query effort(Query query) {
        if ((exact ? 1 : 0) + (efSearch == null ? 0 : 1) + (recall == null ? 0 : 1) > 1) {
            throw new IllegalArgumentException("give one of --exact, --ef and --recall");
        }
        if (exact) {
            return query.effort(Effort.exact());
        }
        if (recall != null) {
            return query.recall(recall);
        }
        return efSearch == null ? query : query.efSearch(efSearch);
    }

    private static List<Clause.Example> examples(List<String> ids) {
        return ids.stream().map(Clause.Example::id).toList();
    }

    private static String only(Collection collection, Class<? extends Field> kind, @Nullable String named, String option) {
        if (named != null) {
            return named;
        }
        List<String> names = collection.schema().fields().stream().filter(kind::isInstance).map(Field::name).toList();
        if (names.size() != 1) {
            throw new IllegalArgumentException("name a field with " + option + ": " + collection.name() + " has " + names);
        }
        return names.getFirst();
    }

    private static float[] numbers(String text) {
        String[] parts = text.strip().replaceAll("^\\[|\\]$", "").strip().split("[,\\s]+");
        float[] numbers = new float[parts.length];
        for (int i = 0; i < parts.length; i++) {
            try {
                numbers[i] = Float.parseFloat(parts[i]);
            } catch (NumberFormatException e) {
                throw new IllegalArgumentException("--vector: component " + i + " is '" + parts[i] + "', expected a number", e);
            }
        }
        return numbers;
    }
}
