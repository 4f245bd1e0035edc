package dev.kith.bench.lists;

import dev.kith.core.BuildControl;
import dev.kith.core.DenseVectors;
import dev.kith.core.Metric;
import dev.kith.ivfpq.IvfBuilder;
import dev.kith.ivfpq.IvfMerge;
import dev.kith.ivfpq.IvfPqIndex;
import dev.kith.ivfpq.IvfPqParameters;
import dev.kith.ivfpq.SearchEffort;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Locale;

/// Rows appended to an index beside an index built over all of them at once, at equal effort.
final class AppendTrial {
    private AppendTrial() {}

    /// A Markdown table.
    ///
    /// @param share of the rows that are appended
    static String run(Judged set, IvfPqParameters parameters, double share) {
        DenseVectors all = set.vectors();
        int before = all.count() - (int) (share * all.count());
        IvfPqIndex fresh = IvfPqIndex.build(all, parameters.withNlist(listsFor(all.count(), parameters)), BuildControl.NONE);
        IvfPqIndex old = IvfPqIndex.build(rows(all, 0, before), parameters.withNlist(fresh.nlist()), BuildControl.NONE);
        IvfBuilder builder = IvfBuilder.like(old, parameters.spill(), BuildControl.NONE);
        builder.addAll(rows(all, before, all.count()));
        IvfPqIndex added = builder.build();
        IvfPqIndex appended = IvfMerge.merge(
                List.of(new IvfMerge.Part(old, o -> o), new IvfMerge.Part(added, o -> before + o)), all.count(),
                BuildControl.NONE);
        StringBuilder text = new StringBuilder(String.format(Locale.ROOT,
                "%,d rows appended to %,d (%d lists); drifted: %s%n%n| nprobe | recall, built at once | recall, appended | difference, points |%n|---:|---:|---:|---:|%n",
                all.count() - before, before, fresh.nlist(), added.health().driftedFrom(old.health())));
        for (int nprobe : new int[]{8, 16, 32, 64, 128, 256}) {
            SearchEffort effort = SearchEffort.of(nprobe, 100 * set.k());
            double whole = set.ask(fresh, effort).recall();
            double merged = set.ask(appended, effort).recall();
            text.append(
                    String.format(Locale.ROOT, "| %d | %.4f | %.4f | %+.2f |%n", nprobe, whole, merged, 100 * (merged - whole)));
        }
        return text.toString();
    }

    private static int listsFor(int rows, IvfPqParameters parameters) {
        return parameters.nlist() > 0 ? parameters.nlist() : (int) Math.max(1, Math.min(3 * Math.sqrt(rows), rows / 32));
    }

    private static DenseVectors rows(DenseVectors all, int from, int to) {
        MemorySegment norms = all.metric() == Metric.COSINE
                ? all.inverseNorms().asSlice(4L * from, 4L * (to - from))
                : MemorySegment.NULL;
        return new DenseVectors(all.metric(), all.encoding(), all.dimension(), to - from, all.strideBytes(),
                all.rows().asSlice(from * all.strideBytes(), (to - from) * all.strideBytes()), norms);
    }
}
