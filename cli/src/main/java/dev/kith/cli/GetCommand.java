package dev.kith.cli;

import dev.kith.Collection;
import dev.kith.Database;
import dev.kith.MultiVector;
import dev.kith.Record;
import dev.kith.SparseVector;
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

@Command(name = "get", mixinStandardHelpOptions = true, description = "Prints records by id, one JSON object a line.")
final class GetCommand implements Callable<Integer> {
    @Spec CommandSpec spec;
    @Mixin Target target;
    @Parameters(arity = "1..*", paramLabel = "ID", description = "Ids of records.") List<String> ids;
    @Option(names = "--vectors", description = "Prints the vectors too.") boolean vectors;

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        int missing = 0;
        try (Database database = target.openExisting()) {
            Collection collection = target.in(database);
            for (String id : ids) {
                Record record = collection.get(id);
                if (record == null) {
                    spec.commandLine().getErr().println("kith: no record '" + id + "' in " + collection.name());
                    missing++;
                } else {
                    out.println(JsonOut.object(describe(record, vectors)));
                }
            }
        }
        return missing == 0 ? 0 : Main.ANSWER_IS_NO;
    }

    static Map<String, Object> describe(Record record, boolean withVectors) {
        Map<String, Object> members = new LinkedHashMap<>();
        members.put("id", record.id());
        record.fields().forEach((name, value) -> {
            if (withVectors || !(value instanceof SparseVector || value instanceof MultiVector)) {
                members.put(name, value);
            }
        });
        record.nulls().forEach(name -> members.put(name, null));
        if (withVectors) {
            members.putAll(record.vectors());
        }
        String payload = record.payload();
        if (payload != null) {
            members.put("payload", new JsonOut.Raw(payload));
        }
        return members;
    }
}
