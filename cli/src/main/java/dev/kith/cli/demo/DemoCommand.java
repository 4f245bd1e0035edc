package dev.kith.cli.demo;

import dev.kith.Collection;
import dev.kith.CollectionStats;
import dev.kith.Database;
import dev.kith.Kith;
import dev.kith.Query;
import dev.kith.Record;
import dev.kith.Schema;
import dev.kith.TextAnalysis;
import dev.kith.cli.output.Progress;
import dev.kith.core.Metric;
import dev.kith.core.VectorKernels;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// Shows Kith on real text, and prints only what it measured on the way.
@Command(name = "demo", mixinStandardHelpOptions = true, description = {
        "Loads 20,000 WordNet glosses, searches them by meaning, by filter and by words, measures recall and speed,",
        "kills a writing process with -9 and shows that nothing acknowledged was lost. Leaves a database to search in."})
public final class DemoCommand implements Callable<Integer> {
    static final Schema SCHEMA = Schema.builder().vector("embedding", DemoData.DIMENSION, Metric.COSINE)
            .text("gloss", TextAnalysis.ENGLISH).keywordList("words").keyword("pos").keyword("lexfile").integer("tag_count")
            .integer("polysemy").bool("has_example").bool("proper_noun").build();
    static final String COLLECTION = "glosses";

    @Spec CommandSpec spec;
    @Option(names = "--folder", defaultValue = ".kith/demo", description = "Where the database is made; default ${DEFAULT-VALUE}. "
            + "A database there is replaced.") Path folder = Path.of(".kith/demo");
    @Option(names = "--data", paramLabel = "FOLDER", description = "Where the data set lies; default data/wordnet-20k of the checkout.")
    @Nullable Path data;
    @Option(names = "--kills", defaultValue = "3", description = "How often the writing process is killed; default ${DEFAULT-VALUE}.") int kills = 3;
    @Option(names = "--seed", defaultValue = "1", description = "Seed of the moments of the kills; default ${DEFAULT-VALUE}.") long seed = 1;

    /// Made by the command line.
    public DemoCommand() {}

    @Override
    public Integer call() throws IOException, InterruptedException {
        PrintWriter out = spec.commandLine().getOut();
        long start = System.nanoTime();
        DemoData set = DemoData.load(dataFolder());
        out.printf("Kith demo: %,d WordNet glosses, %d-dimensional MiniLM vectors, %s kernels, JDK %s, %d processors%n%n",
                set.glosses().size(), DemoData.DIMENSION, VectorKernels.simd() ? "SIMD" : "scalar", Runtime.version(),
                Runtime.getRuntime().availableProcessors());
        replaceOldDemo(folder);
        try (Database database = Kith.open(folder)) {
            Collection collection = database.createCollection(COLLECTION, SCHEMA);
            write(collection, set, out);
            new DemoMeasurements(collection, set, out).run();
            DemoAnswers answers = new DemoAnswers(collection, set, out);
            answers.questions();
            answers.filters();
            answers.hybrid();
        }
        boolean right = new CrashDemo(folder.resolveSibling(folder.getFileName() + "-crash"), out).run(kills, seed);
        right &= reopen(set, out);
        out.printf("%nDone in %.1f s. The database is in %s; ask it yourself:%n", (System.nanoTime() - start) / 1e9, folder);
        out.println("  ./kith search \"fear of heights\" -k 3");
        out.println("  ./kith search --like n09818343 --where pos=noun -k 5     (near to the vector of 'astronomer')");
        out.println("  ./kith stats        ./kith verify        ./kith help");
        out.flush();
        return right ? 0 : 1;
    }

    private Path dataFolder() {
        if (data != null) {
            return data;
        }
        String home = System.getProperty("kith.home");
        return (home == null ? Path.of("") : Path.of(home)).resolve("data/wordnet-20k");
    }

    /// Deletes an earlier demo, and nothing else: a folder that is not a database of this demo is left alone.
    static void replaceOldDemo(Path folder) throws IOException {
        if (!Files.exists(folder)) {
            return;
        }
        try (Database old = Kith.open(folder)) {
            if (!old.collections().isEmpty() && !old.collections().equals(List.of(COLLECTION))) {
                throw new IllegalArgumentException(
                        folder + " holds another database " + old.collections() + ": choose another --folder");
            }
        }
        deleteTree(folder);
    }

    static void deleteTree(Path folder) throws IOException {
        try (Stream<Path> walk = Files.walk(folder)) {
            for (Path path : walk.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }

    private void write(Collection collection, DemoData set, PrintWriter out) {
        int batch = 500;
        long start = System.nanoTime();
        try (Progress progress = new Progress(spec.commandLine().getErr(), "write", set.glosses().size())) {
            for (int i = 0; i < set.glosses().size(); i += batch) {
                List<Record> records = set.glosses().subList(i, Math.min(i + batch, set.glosses().size()));
                collection.upsert(records);
                progress.at(i + records.size());
            }
        }
        double written = (System.nanoTime() - start) / 1e9;
        collection.optimize();
        double indexed = (System.nanoTime() - start) / 1e9;
        CollectionStats stats = collection.stats();
        out.printf(
                "Written   %,d records in %.1f s: %,.0f a second, each batch of %d forced to disk before it was acknowledged%n",
                stats.records(), written, stats.records() / written, batch);
        out.printf("Indexed   one segment with its graph %.1f s later (%,.0f records a second over all); %,d bytes on disk%n",
                indexed - written, stats.records() / indexed, stats.indexBytes());
    }

    private boolean reopen(DemoData set, PrintWriter out) {
        long start = System.nanoTime();
        try (Database database = Kith.open(folder)) {
            Collection collection = database.collection(COLLECTION);
            List<String> found = collection.search(Query.nearest("embedding", set.questions().getFirst().vector()).k(3)).ids();
            double millis = (System.nanoTime() - start) / 1e6;
            boolean whole = collection.count() == set.glosses().size() && found.size() == 3;
            out.printf("%nReopened  %,d records, first answer %.0f ms after open began%s%n", collection.count(), millis,
                    whole ? "" : " - WRONG COUNT");
            return whole;
        }
    }
}
