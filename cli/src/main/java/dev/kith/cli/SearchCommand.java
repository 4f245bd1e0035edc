package dev.kith.cli;

import dev.kith.Clause;
import dev.kith.Collection;
import dev.kith.Database;
import dev.kith.Effort;
import dev.kith.Field;
import dev.kith.Hit;
import dev.kith.Query;
import dev.kith.Record;
import dev.kith.SearchResult;
import dev.kith.TextField;
import dev.kith.VectorField;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(name = "search", mixinStandardHelpOptions = true, description = {
        "Finds records by words (BM25), by the vector of a stored record, by a vector, or by several of these fused.",
        "Example: kith search \"fear of heights\" --where pos=noun -k 3"})
final class SearchCommand implements Callable<Integer> {
    @Spec CommandSpec spec;
    @Mixin Target target;
    @Parameters(arity = "0..1", paramLabel = "WORDS", description = "Words to look for in the text field.")
    @Nullable String words;
    @Option(names = "--like", paramLabel = "ID", description = "Near to the vector of this stored record.")
    @Nullable String like;
    @Option(names = "--vector", paramLabel = "NUMBERS", description = "Near to this vector: numbers separated by commas or blanks.")
    @Nullable String vector;
    @Option(names = "--vector-field", paramLabel = "NAME", description = "Vector field; may be left out if there is only one.")
    @Nullable String vectorField;
    @Option(names = "--text-field", paramLabel = "NAME", description = "Text field; may be left out if there is only one.")
    @Nullable String textField;
    @Option(names = {"-w",
            "--where"}, paramLabel = "CONDITION", description = "Only records with FIELD=VALUE (or != > >= < <=, FIELD=PREFIX*, 'FIELD in A,B', exists(FIELD)). "
                    + "Several are all required.") List<String> conditions = new ArrayList<>();
    @Option(names = "-k", defaultValue = "5", description = "Hits at most; default ${DEFAULT-VALUE}.") int k = 5;
    @Option(names = "--min-score", description = "Leaves out hits with a lower score.")
    @Nullable Float minScore;
    @Option(names = "--ef", description = "Candidates kept while searching the graph.")
    @Nullable Integer efSearch;
    @Option(names = "--exact", description = "Scans everything: recall 1.") boolean exact;
    @Option(names = "--json", description = "One JSON object a line.") boolean json;

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        try (Database database = target.openExisting()) {
            Collection collection = target.in(database);
            SearchResult result = collection.search(query(collection));
            for (Hit hit : result) {
                print(out, hit);
            }
            if (!json) {
                out.println(result.hits().size() + " hits; " + result.stats());
            }
            return result.hits().isEmpty() ? Main.ANSWER_IS_NO : 0;
        }
    }

    private Query query(Collection collection) {
        List<Clause> clauses = new ArrayList<>();
        if (words != null) {
            clauses.add(Clause.text(only(collection, TextField.class, textField, "--text-field"), words));
        }
        if (like != null) {
            String field = only(collection, VectorField.class, vectorField, "--vector-field");
            Record record = collection.get(like);
            float[] stored = record == null ? null : record.vector(field);
            if (stored == null) {
                throw new IllegalArgumentException("no record '" + like + "' with a vector in '" + field + "'");
            }
            clauses.add(Clause.nearest(field, stored));
        }
        if (vector != null) {
            clauses.add(Clause.nearest(only(collection, VectorField.class, vectorField, "--vector-field"), numbers(vector)));
        }
        if (clauses.isEmpty()) {
            throw new IllegalArgumentException("nothing to look for: give WORDS, --like or --vector");
        }
        Query query = Query.of(clauses.toArray(Clause[]::new)).k(k).filter(Conditions.all(collection.schema(), conditions))
                .allFields().withPayload();
        query = minScore == null ? query : query.minScore(minScore);
        query = exact ? query.effort(Effort.exact()) : query;
        return efSearch == null ? query : query.efSearch(efSearch);
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

    private void print(PrintWriter out, Hit hit) {
        Map<String, Object> members = new LinkedHashMap<>();
        members.put("id", hit.id());
        members.put("score", hit.score());
        members.putAll(hit.fields());
        String payload = hit.payload();
        if (payload != null) {
            members.put("payload", new JsonOut.Raw(payload));
        }
        if (json) {
            out.println(JsonOut.object(members));
            return;
        }
        out.printf("%8.4f  %s%n", hit.score(), hit.id());
        hit.fields().forEach((name, value) -> out.println("          " + name + ": " + value));
        if (payload != null) {
            out.println("          payload: " + payload);
        }
    }
}
