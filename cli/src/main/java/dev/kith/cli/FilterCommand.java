package dev.kith.cli;

import dev.kith.Collection;
import dev.kith.Database;
import dev.kith.Filter;
import dev.kith.InvalidFilterException;
import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(name = "filter", mixinStandardHelpOptions = true, description = {
        "Checks the text of a filter against a collection and counts what each of its conditions matches.",
        "Example: kith filter \"pos in ('noun', 'verb') and not tag_count < 5\""})
final class FilterCommand implements Callable<Integer> {
    @Spec CommandSpec spec;
    @Mixin Target target;
    @Parameters(paramLabel = "TEXT", description = "Conditions joined by and, or, not: =, !=, <, <=, >, >=, between, in, not in, is null, "
            + "exists(FIELD), contains, contains any, contains all, prefix, like, matches, within; id = and id in.") String text;
    @Option(names = "--json", description = "One JSON object.") boolean json;

    @Override
    public Integer call() {
        Filter filter = parse();
        try (Database database = target.openExisting()) {
            Collection collection = target.in(database);
            long matching = collection.count(filter);
            if (json) {
                printJson(collection, filter, matching);
            } else {
                PrintWriter out = spec.commandLine().getOut();
                print(out, collection, filter, 0);
                long records = collection.count();
                out.printf("%,d of %,d records in %s match (%.1f %%)%n", matching, records, collection.name(),
                        records == 0 ? 0 : 100.0 * matching / records);
            }
            return matching == 0 ? Main.ANSWER_IS_NO : 0;
        }
    }

    private Filter parse() {
        try {
            return Filter.parse(text);
        } catch (InvalidFilterException e) {
            PrintWriter err = spec.commandLine().getErr();
            if (e.position() > 0 && text.indexOf('\n') < 0) {
                err.println("  " + text);
                err.println("  " + " ".repeat(text.codePointCount(0, Math.min(text.length(), e.position() - 1))) + "^");
            }
            throw e;
        }
    }

    /// One line for each node: how many records it matches alone, and its text.
    private static void print(PrintWriter out, Collection collection, Filter filter, int depth) {
        out.printf("%,12d  %s%s%n", collection.count(filter), "  ".repeat(depth), label(filter));
        for (Filter operand : operands(filter)) {
            print(out, collection, operand, depth + 1);
        }
    }

    private static String label(Filter filter) {
        return switch (filter) {
            case Filter.And and when and.operands().size() > 1 -> "all of";
            case Filter.Or or when or.operands().size() > 1 -> "any of";
            case Filter.Not not when !operands(filter).isEmpty() -> "not";
            default -> filter.toText();
        };
    }

    private static List<Filter> operands(Filter filter) {
        return switch (filter) {
            case Filter.And and when and.operands().size() > 1 -> and.operands();
            case Filter.Or or when or.operands().size() > 1 -> or.operands();
            case Filter.Not not when not.operand() instanceof Filter.And || not.operand() instanceof Filter.Or
                    || not.operand() instanceof Filter.Not ->
                List.of(not.operand());
            default -> List.of();
        };
    }

    private void printJson(Collection collection, Filter filter, long matching) {
        Map<String, Object> members = new LinkedHashMap<>();
        members.put("collection", collection.name());
        members.put("filter", filter.toText());
        members.put("matching", matching);
        members.put("records", collection.count());
        members.put("plan", plan(collection, filter));
        spec.commandLine().getOut().println(JsonOut.object(members));
    }

    private static Map<String, Object> plan(Collection collection, Filter filter) {
        Map<String, Object> node = new LinkedHashMap<>();
        node.put("condition", label(filter));
        node.put("matching", collection.count(filter));
        List<Map<String, Object>> operands = operands(filter).stream().map(operand -> plan(collection, operand)).toList();
        if (!operands.isEmpty()) {
            node.put("operands", operands);
        }
        return node;
    }
}
