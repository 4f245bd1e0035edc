package dev.kith.cli;

import dev.kith.Collection;
import dev.kith.Database;
import dev.kith.Filter;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(name = "delete", mixinStandardHelpOptions = true, description = {
        "Deletes records by id, or all that match a filter; all at once.",
        "Example: kith delete --filter \"year < 2000 and not exists(keep)\" (try it with kith filter first)"})
final class DeleteCommand implements Callable<Integer> {
    @Spec CommandSpec spec;
    @Mixin Target target;
    @Parameters(arity = "0..*", paramLabel = "ID", description = "Ids of records.") List<String> ids = new ArrayList<>();
    @Option(names = "--filter", paramLabel = "TEXT", description = "Every record that matches; see kith filter.")
    @Nullable String filter;

    @Override
    public Integer call() {
        if (ids.isEmpty() == (filter == null)) {
            throw new IllegalArgumentException("what to delete: give ids, or --filter TEXT");
        }
        try (Database database = target.openExisting()) {
            Collection collection = target.in(database);
            long deleted = filter == null ? collection.delete(ids) : collection.delete(Filter.parse(filter));
            spec.commandLine().getOut().printf("deleted %,d records from %s%n", deleted, collection.name());
            return deleted == 0 ? Main.ANSWER_IS_NO : 0;
        }
    }
}
