package dev.kith.cli;

import dev.kith.Collection;
import dev.kith.Database;
import dev.kith.WhyNot;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(name = "why-not", mixinStandardHelpOptions = true, description = {
        "Tells why a record is not in the answer to a search: deleted, filtered out by which condition, below the least score, too far"
                + " down, or missed by the approximate search. Takes the options of 'search'.",
        "Example: kith why-not 02084071-n \"fear of heights\" --where pos=noun -k 3"})
final class WhyNotCommand implements Callable<Integer> {
    @Spec CommandSpec spec;
    @Mixin Target target;
    @Mixin QueryOptions query;
    @Parameters(index = "0", paramLabel = "ID", description = "The record that is missed.") String id;
    @Parameters(index = "1", arity = "0..1", paramLabel = "WORDS", description = "Words to look for in the text field.")
    @Nullable String words;
    @Option(names = "--json", description = "One JSON object.") boolean json;

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        try (Database database = target.openExisting()) {
            Collection collection = target.in(database);
            WhyNot why = collection.whyNot(query.query(collection, words), id);
            if (json) {
                out.println(why.toJson());
            } else {
                out.print(why.toText());
                out.flush();
            }
            return why.reason() == WhyNot.Reason.ANSWERED ? 0 : Main.ANSWER_IS_NO;
        }
    }
}
