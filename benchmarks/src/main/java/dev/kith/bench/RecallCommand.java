package dev.kith.bench;

import dev.kith.Options;
import dev.kith.bench.data.LabelledTexts;
import dev.kith.bench.data.VectorSet;
import dev.kith.bench.trial.RecallTrial;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// `bench recall`: what searches get that ask for a recall.
@Command(name = "recall", mixinStandardHelpOptions = true, description = "What searches get that ask for a recall of 0.90, 0.95 and 0.99, by kind of query, before and after the checks have learned.")
final class RecallCommand implements Callable<Integer> {
    @Spec
    @Nullable CommandSpec spec;

    @Mixin TrialOptions trial = new TrialOptions();

    @Option(names = "--learn-seconds", defaultValue = "20", description = "Searching from which the checks learn, for each kind and recall; 0 for none (${DEFAULT-VALUE}).") int learn = 20;

    @Option(names = "--k", defaultValue = "10", description = "Answers of a query (${DEFAULT-VALUE}).") int k = 10;

    @Override
    public Integer call() throws Exception {
        trial.run((set, folder) -> new RecallTrial(set, kinds(set), k, learn, Objects.requireNonNull(spec).commandLine().getOut())
                .run(folder.resolve("db"), Options.defaults()));
        return 0;
    }

    /// Queries by what their texts say they are; all of one kind where there are no texts.
    private Map<String, int[]> kinds(VectorSet set) throws IOException {
        Path texts = trial.data.folder();
        Map<String, List<Integer>> kinds = new LinkedHashMap<>();
        if (texts == null || !(Files.exists(texts.resolve("base.jsonl.gz")) || Files.exists(texts.resolve("base.jsonl")))) {
            return Map.of("all", IntStream.range(0, set.queryCount()).toArray());
        }
        List<LabelledTexts.Query> queries = LabelledTexts.read(texts).queries();
        for (int q = 0; q < Math.min(set.queryCount(), queries.size()); q++) {
            kinds.computeIfAbsent(queries.get(q).kind(), _ -> new ArrayList<>()).add(q);
        }
        Map<String, int[]> numbers = new LinkedHashMap<>();
        kinds.forEach((kind, list) -> numbers.put(kind, list.stream().mapToInt(Integer::intValue).toArray()));
        return numbers;
    }
}
