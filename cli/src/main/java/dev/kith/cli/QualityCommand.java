package dev.kith.cli;

import dev.kith.Collection;
import dev.kith.Database;
import dev.kith.quality.Quality;
import dev.kith.quality.QualityOptions;
import dev.kith.quality.QualityReport;
import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(name = "quality", mixinStandardHelpOptions = true, description = {
        "Looks for what is wrong with the vectors of a collection: duplicates, near-duplicates, zero vectors, lengths, components that never change, outliers.",
        "Exit code 1 if something was found."})
final class QualityCommand implements Callable<Integer> {
    @Spec CommandSpec spec;
    @Mixin Target target;
    @Option(names = "--field", description = "Vector field; may be left out if there is only one.")
    @Nullable String field;
    @Option(names = "--sample", defaultValue = "1000", description = "Records whose neighbours are looked at; default ${DEFAULT-VALUE}.") int sample = 1000;
    @Option(names = "--near", defaultValue = "0.999", description = "Cosine from which two vectors are near-duplicates; default ${DEFAULT-VALUE}.") double near = 0.999;
    @Option(names = "--examples", defaultValue = "10", description = "Ids named of each finding; default ${DEFAULT-VALUE}.") int examples = 10;
    @Option(names = "--seed", defaultValue = "1", description = "Seed of the sample; default ${DEFAULT-VALUE}.") long seed = 1;
    @Option(names = "--json", description = "One JSON object.") boolean json;

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        try (Database database = target.openExisting()) {
            Collection collection = target.in(database);
            QualityReport report = Quality.report(collection, target.vectorField(collection, field),
                    new QualityOptions(sample, near, examples, seed));
            Map<String, Object> members = members(report);
            if (json) {
                out.println(JsonOut.object(members));
            } else {
                members.forEach((key, value) -> out.printf("%-24s %s%n", key, value));
            }
            return report.clean() ? 0 : Main.ANSWER_IS_NO;
        }
    }

    private static Map<String, Object> members(QualityReport report) {
        Map<String, Object> members = new LinkedHashMap<>();
        members.put("field", report.field());
        members.put("dimension", report.dimension());
        members.put("records", report.records());
        members.put("withoutVector", report.missing());
        members.put("zeroVectors", report.norms().zero());
        members.put("notOfLengthOne", report.norms().notUnit());
        members.put("leastLength", report.norms().least());
        members.put("meanLength", report.norms().mean());
        members.put("greatestLength", report.norms().greatest());
        members.put("leastLengthOf", report.norms().leastId());
        members.put("greatestLengthOf", report.norms().greatestId());
        members.put("duplicateGroups", report.duplicates().groups());
        members.put("duplicateRecords", report.duplicates().records());
        members.put("duplicateExamples", report.duplicates().examples());
        members.put("sampled", report.neighbours().sampled());
        members.put("nearDuplicates", report.neighbours().nearDuplicates());
        members.put("nearDuplicateExamples", report.neighbours().nearExamples());
        members.put("outliers", report.neighbours().outliers());
        members.put("outlierExamples", report.neighbours().outlierExamples());
        members.put("constantDimensions", report.constantDimensions());
        return members;
    }
}
