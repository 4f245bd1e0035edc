package dev.kith.bench;

import dev.kith.bench.kernels.CBenchmark;
import dev.kith.bench.kernels.CKernels;
import dev.kith.bench.kernels.CodesBenchmark;
import dev.kith.bench.kernels.LuceneBenchmark;
import dev.kith.bench.kernels.RooflineBenchmark;
import dev.kith.bench.kernels.ScorerBenchmark;
import dev.kith.bench.report.Machine;
import java.io.IOException;
import java.io.PrintWriter;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// `bench kernels`: distance kernels beside their scalar twins, Lucene's, C written by hand where there is a compiler, and what the machine can do at most.
@Command(name = "kernels", mixinStandardHelpOptions = true, description = "Distance kernels beside their scalar twins, Lucene's and the machine's limits (JMH).")
final class KernelsCommand implements Callable<Integer> {
    /// An iteration of warming up takes so long at least: interpreted vector code is thousands of times slower than compiled.
    private static final int WARM_MILLIS = 1_000;
    private static final String VECTOR = "--add-modules=jdk.incubator.vector";

    @Spec
    @Nullable CommandSpec spec;

    @Option(names = "--dimensions", split = ",", defaultValue = "384", description = "Components of a vector (${DEFAULT-VALUE}).") List<Integer> dimensions = List
            .of(384);

    @Option(names = "--metrics", split = ",", defaultValue = "INNER_PRODUCT,SQUARED_L2", description = "Metrics (${DEFAULT-VALUE}).") List<String> metrics = List
            .of("INNER_PRODUCT", "SQUARED_L2");

    @Option(names = "--places", split = ",", defaultValue = "CACHE,STREAM,RANDOM", description = "Where rows are (${DEFAULT-VALUE}).") List<String> places = List
            .of("CACHE", "STREAM", "RANDOM");

    @Option(names = "--millis", defaultValue = "500", description = "Length of an iteration (${DEFAULT-VALUE}).") int millis = 500;

    @Option(names = "--forks", defaultValue = "1", description = "Fresh JVMs per benchmark; 0 runs them all in this one, for tests only (${DEFAULT-VALUE}).") int forks = 1;

    @Option(names = "--no-scalar", description = "Leave out the scalar twins.") boolean noScalar;

    @Option(names = "--out", description = "Write the tables as Markdown.")
    @Nullable Path out;

    /// One measured kernel.
    private record Line(String name, int dimension, String place, double nanos, double bytes) {}

    @Override
    public Integer call() throws RunnerException, IOException, InterruptedException {
        List<Line> simd = new ArrayList<>();
        List<RunResult> roof = run(List.of(RooflineBenchmark.class), VECTOR);
        lines(run(List.of(ScorerBenchmark.class, CodesBenchmark.class, LuceneBenchmark.class), VECTOR), simd);
        if (withC()) {
            lines(run(List.of(CBenchmark.class), VECTOR), simd);
        }
        List<Line> scalar = new ArrayList<>();
        if (!noScalar) {
            lines(run(List.of(ScorerBenchmark.class, CodesBenchmark.class)), scalar);
        }
        StringBuilder text = new StringBuilder();
        Machine.facts().forEach(f -> text.append(f).append('\n'));
        table(text, roof, simd, scalar);
        PrintWriter print = Objects.requireNonNull(spec).commandLine().getOut();
        print.print(text);
        print.flush();
        if (out != null) {
            Files.writeString(out, text);
        }
        return 0;
    }

    private static boolean withC() throws IOException, InterruptedException {
        try (Arena arena = Arena.ofConfined()) {
            return CKernels.load(arena) != null;
        }
    }

    private List<RunResult> run(List<Class<?>> benchmarks, String... jvmOptions) throws RunnerException {
        ChainedOptionsBuilder options = new OptionsBuilder().forks(forks).warmupIterations(3).measurementIterations(3)
                .warmupTime(TimeValue.milliseconds(forks == 0 ? millis : Math.max(millis, WARM_MILLIS)))
                .measurementTime(TimeValue.milliseconds(millis))
                .verbosity(VerboseMode.SILENT).shouldFailOnError(true)
                .param("dimension", dimensions.stream().map(String::valueOf).toArray(String[]::new))
                .param("metric", metrics.toArray(String[]::new)).param("place", places.toArray(String[]::new));
        benchmarks.forEach(b -> options.include("^" + b.getName().replace(".", "\\.") + "\\."));
        List<String> jvm = new ArrayList<>(List.of("--enable-native-access=ALL-UNNAMED", "-Xmx2g"));
        jvm.addAll(List.of(jvmOptions));
        options.jvmArgs(jvm.toArray(String[]::new));
        Collection<RunResult> results = new Runner(options.build()).run();
        return List.copyOf(results);
    }

    private static void lines(List<RunResult> results, List<Line> into) {
        for (RunResult result : results) {
            String full = result.getParams().getBenchmark();
            String type = full.substring(0, full.lastIndexOf('.'));
            String method = full.substring(full.lastIndexOf('.') + 1);
            int dimension = Integer.parseInt(result.getParams().getParam("dimension"));
            String encoding = Objects.requireNonNullElse(result.getParams().getParam("encoding"), "");
            String metric = Objects.requireNonNullElse(result.getParams().getParam("metric"), "");
            String place = Objects.requireNonNullElse(result.getParams().getParam("place"), "CACHE");
            String name = type.endsWith("LuceneBenchmark")
                    ? "Lucene VectorUtil " + method
                    : type.endsWith("CBenchmark")
                            ? "C by hand " + method
                            : ("Kith " + encoding + " " + metric + " " + method).replaceAll(" +", " ");
            into.add(new Line(name, dimension, place, result.getPrimaryResult().getScore(), bytes(name, dimension)));
        }
    }

    /// Bytes a distance reads.
    private static double bytes(String name, int dimension) {
        if (name.contains("FLOAT32") || name.contains(" float")) {
            return 4.0 * dimension;
        }
        if (name.contains("int4")) {
            return dimension / 2.0;
        }
        return name.contains("signCodes") || name.contains("productCodes") ? dimension / 8.0 : dimension;
    }

    private static void table(StringBuilder text, List<RunResult> roof, List<Line> simd, List<Line> scalar) {
        double copy = 2 * RooflineBenchmark.BYTES / nanos(roof, "copy");
        double scan = RooflineBenchmark.BYTES / nanos(roof, "scan");
        double fma = (double) RooflineBenchmark.STEPS * RooflineBenchmark.SUMS * RooflineBenchmark.lanes() / nanos(roof, "fma");
        text.append(String.format(Locale.ROOT,
                "%nOne core: copy %.1f GB/s (read + written), scan %.1f GB/s, %.0f GFMA/s (float32)%n%n", copy,
                scan, fma));
        text.append(
                "| kernel | dimension | rows | ns a row | GB/s | of scan bandwidth | of FMA peak | scalar twin ns | speed-up |\n");
        text.append("|---|---:|---|---:|---:|---:|---:|---:|---:|\n");
        for (Line line : simd) {
            double twin = scalar.stream()
                    .filter(s -> s.name.equals(line.name) && s.dimension == line.dimension && s.place.equals(line.place))
                    .mapToDouble(Line::nanos).findFirst().orElse(Double.NaN);
            text.append(String.format(Locale.ROOT, "| %s | %d | %s | %.1f | %.1f | %s | %.0f %% | %s | %s |%n", line.name,
                    line.dimension,
                    line.place.toLowerCase(Locale.ROOT), line.nanos, line.bytes / line.nanos,
                    line.place.equals("CACHE") ? "" : String.format(Locale.ROOT, "%.0f %%", 100 * line.bytes / line.nanos / scan),
                    100 * line.dimension / line.nanos / fma, Double.isNaN(twin) ? "" : String.format(Locale.ROOT, "%.1f", twin),
                    Double.isNaN(twin) ? "" : String.format(Locale.ROOT, "%.1f", twin / line.nanos)));
        }
    }

    private static double nanos(List<RunResult> results, String method) {
        return results.stream().filter(r -> r.getParams().getBenchmark().endsWith("." + method))
                .mapToDouble(r -> r.getPrimaryResult().getScore()).findFirst()
                .orElseThrow(() -> new IllegalStateException("the probe " + method + " gave no result"));
    }
}
