package dev.kith.bench.lists;

import dev.kith.bench.engine.FileSink;
import dev.kith.core.BuildControl;
import dev.kith.core.DenseVectors;
import dev.kith.core.Scorer;
import dev.kith.ivfpq.IvfPqIndex;
import dev.kith.ivfpq.IvfPqParameters;
import dev.kith.ivfpq.RerankRows;
import dev.kith.ivfpq.SearchEffort;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// The same index reranked from rows of float32, bfloat16 and eight bits, each mapped from its file, in turn.
final class RerankTrial {
    private static final int[] PROBES = {16, 64, 256};
    private static final int ROUNDS = 3;

    private RerankTrial() {}

    private interface Rows {
        Scorer scorer(float[] query);
    }

    private record Source(String name, long rowBytes, Rows rows) {}

    /// A Markdown table.
    ///
    /// @param folder receives the rounded rows, and loses them again
    static String run(Judged set, Path folder) throws IOException {
        DenseVectors vectors = set.vectors();
        IvfPqIndex index = IvfPqIndex.build(vectors, IvfPqParameters.DEFAULTS, BuildControl.NONE);
        StringBuilder text = new StringBuilder("| rows | bytes a row | nprobe | recall | us a query | rows reranked |\n"
                + "|---|---:|---:|---:|---:|---:|\n");
        Files.createDirectories(folder);
        List<Path> files = new ArrayList<>();
        try (Arena arena = Arena.ofShared()) {
            List<Source> sources = new ArrayList<>();
            sources.add(new Source("float32", vectors.strideBytes(), vectors::scorer));
            for (RerankRows.Kind kind : RerankRows.Kind.values()) {
                Path file = folder.resolve("rows." + kind);
                Files.deleteIfExists(file);
                files.add(file);
                try (FileSink sink = new FileSink(file)) {
                    RerankRows.write(vectors, kind, sink);
                }
                try (FileChannel channel = FileChannel.open(file)) {
                    RerankRows rows = RerankRows.open(channel.map(MapMode.READ_ONLY, 0, channel.size(), arena));
                    sources.add(new Source(kind.name().toLowerCase(Locale.ROOT), rows.memory().byteSize() / rows.size(),
                            rows::scorer));
                }
            }
            for (int nprobe : PROBES) {
                measure(set, index, nprobe, sources, text);
            }
        } finally {
            for (Path file : files) {
                Files.deleteIfExists(file);
            }
        }
        return text.toString();
    }

    private static void measure(Judged set, IvfPqIndex index, int nprobe, List<Source> sources, StringBuilder text) {
        double[] micros = new double[sources.size()];
        Judged.Outcome[] outcomes = new Judged.Outcome[sources.size()];
        for (int round = 0; round < ROUNDS; round++) {
            for (int s = 0; s < sources.size(); s++) {
                Judged.Outcome outcome = set.ask(index, sources.get(s).rows()::scorer, SearchEffort.of(nprobe, 100 * set.k()));
                micros[s] = round == 0 ? outcome.micros() : Math.min(micros[s], outcome.micros());
                outcomes[s] = outcome;
            }
        }
        for (int s = 0; s < sources.size(); s++) {
            text.append(String.format(Locale.ROOT, "| %s | %,d | %d | %.4f | %.1f | %.0f |%n", sources.get(s).name(),
                    sources.get(s).rowBytes(), nprobe, outcomes[s].recall(), micros[s], outcomes[s].exact()));
        }
    }
}
