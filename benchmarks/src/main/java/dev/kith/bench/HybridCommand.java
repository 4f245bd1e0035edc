package dev.kith.bench;

import dev.kith.bench.data.LabelledTexts;
import dev.kith.bench.data.VectorSet;
import dev.kith.bench.harness.Folders;
import dev.kith.bench.quality.HybridQuality;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/// `bench hybrid`: vectors, words and both fused on queries with known answers.
@Command(name = "hybrid", mixinStandardHelpOptions = true, description = "Quality of vectors, words and both fused, on a folder whose queries name their right answers.")
final class HybridCommand implements Callable<Integer> {
    @Spec
    @Nullable CommandSpec spec;

    @Mixin DataOptions data = new DataOptions();

    @Mixin CommonOptions common = new CommonOptions();

    @Override
    public Integer call() throws IOException {
        Path texts = data.folder();
        if (texts == null) {
            throw new IllegalArgumentException("--dataset must be a folder with texts: base.jsonl and queries.jsonl");
        }
        VectorSet set = data.prepare(common.cache, common::log);
        Path folder = Files.createTempDirectory(Files.createDirectories(common.cache.resolve("stores")), "hybrid-");
        PrintWriter out = Objects.requireNonNull(spec).commandLine().getOut();
        try {
            out.println(HybridQuality.table(HybridQuality.run(set, LabelledTexts.read(texts), folder)));
            out.flush();
        } finally {
            Folders.delete(folder);
        }
        return 0;
    }
}
