package dev.kith.cli;

import dev.kith.Collection;
import dev.kith.Database;
import dev.kith.Explanation;
import dev.kith.Hit;
import dev.kith.Query;
import dev.kith.SearchResult;
import java.io.PrintWriter;
import java.util.LinkedHashMap;
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
    @Mixin QueryOptions options;
    @Parameters(arity = "0..1", paramLabel = "WORDS", description = "Words to look for in the text field.")
    @Nullable String words;
    @Option(names = "--explain", description = "Tells how the answer came about: strategy of each segment and why, counts, times.") boolean explain;
    @Option(names = "--json", description = "One JSON object a line; the explanation, if asked for, comes last.") boolean json;

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        try (Database database = target.openExisting()) {
            Collection collection = target.in(database);
            Query query = options.query(collection, words);
            Explanation explanation = explain ? collection.explain(query) : null;
            SearchResult result = explanation == null ? collection.search(query) : explanation.result();
            for (Hit hit : result) {
                print(out, hit);
            }
            if (explanation != null) {
                out.print(json ? explanation.toJson() + System.lineSeparator() : explanation.toText());
                out.flush();
            } else if (!json) {
                out.println(result.hits().size() + " hits; " + result.stats());
            }
            return result.hits().isEmpty() ? Main.ANSWER_IS_NO : 0;
        }
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
