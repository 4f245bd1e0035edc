package dev.kith.bench;

import dev.kith.bench.lists.ListsBench;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `bench lists`: what inverted lists are made of, measured alone and in this process.
@Command(name = "lists", mixinStandardHelpOptions = true, description = "Inverted lists: codes and their scan, appended rows, reranking, a set larger than memory.")
final class ListsCommand implements Callable<Integer> {
    /// What can be measured.
    enum What {
        CODECS, NODECODES, SCAN, APPEND, RERANK, LARGE
    }

    @Spec
    @Nullable CommandSpec spec;

    @Parameters(paramLabel = "WHAT", description = "${COMPLETION-CANDIDATES}.") What what = What.CODECS;

    @Mixin DataOptions data = new DataOptions();

    @Mixin CommonOptions common = new CommonOptions();

    @Option(names = "--k", defaultValue = "10", description = "Answers a query (${DEFAULT-VALUE}).") int k = 10;

    @Option(names = "--asked", defaultValue = "300", description = "Queries asked (${DEFAULT-VALUE}).") int asked = 300;

    @Option(names = "--share", defaultValue = "0.1", description = "append: share of the rows (${DEFAULT-VALUE}).") double share = 0.1;

    @Option(names = "--trained", description = "codecs: also codes after a trained rotation (OPQ).") boolean trained;

    @Override
    public Integer call() throws IOException {
        ListsBench bench = new ListsBench(data.prepare(common.cache, common::log), asked, k);
        String table = switch (what) {
            case CODECS -> bench.codecs(trained, 42);
            case NODECODES -> bench.nodeCodes();
            case SCAN -> bench.scan(42);
            case APPEND -> bench.append(share);
            case RERANK -> bench.rerank(common.cache.resolve("rerank"));
            case LARGE -> bench.large(common.cache.resolve("large"));
        };
        PrintWriter print = Objects.requireNonNull(spec).commandLine().getOut();
        print.print(table);
        print.flush();
        return 0;
    }
}
