package dev.kith.cli;

import dev.kith.Database;
import dev.kith.VerifyReport;
import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(name = "verify", mixinStandardHelpOptions = true, description = "Reads every file of the database, checks every checksum and compares records with indexes.")
final class VerifyCommand implements Callable<Integer> {
    @Spec CommandSpec spec;
    @Mixin Target target;
    @Option(names = "--json", description = "One JSON object a line.") boolean json;

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        boolean ok = true;
        try (Database database = target.openExisting()) {
            List<String> names = target.collection == null ? database.collections() : List.of(target.collection);
            for (String name : names) {
                VerifyReport report = database.collection(name).verify();
                ok &= report.ok();
                print(out, name, report);
            }
        }
        return ok ? 0 : Main.ANSWER_IS_NO;
    }

    private void print(PrintWriter out, String name, VerifyReport report) {
        if (json) {
            Map<String, Object> members = new LinkedHashMap<>();
            members.put("collection", name);
            members.put("ok", report.ok());
            members.put("filesChecked", report.filesChecked());
            members.put("bytesChecked", report.bytesChecked());
            members.put("recordsChecked", report.recordsChecked());
            members.put("problems", report.problems());
            out.println(JsonOut.object(members));
            return;
        }
        out.printf("%s: %s, %,d files, %,d bytes, %,d records%n", name, report.ok() ? "whole" : "DAMAGED", report.filesChecked(),
                report.bytesChecked(), report.recordsChecked());
        report.problems().forEach(problem -> out.println("  " + problem));
    }
}
