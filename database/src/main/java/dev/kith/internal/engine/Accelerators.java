package dev.kith.internal.engine;

import dev.kith.CollectionStats;
import dev.kith.core.batch.AcceleratorMode;
import dev.kith.core.batch.AcceleratorOptions;
import dev.kith.core.batch.BatchScorers;
import dev.kith.core.batch.BatchStatistics;

/// Where a collection sends batch work. A required device fails the searches that it cannot answer, but never a build: data come
/// before speed, so builds go on on the CPU.
///
/// @param searches exact searches of many queries
/// @param builds of indexes, and what they learn from exact searches
/// @param checks of recall, which nobody waits for
record Accelerators(BatchScorers searches, BatchScorers builds, BatchScorers checks) {
    static Accelerators of(BatchScorers device, AcceleratorOptions wanted) {
        AcceleratorMode lenient = wanted.mode() == AcceleratorMode.REQUIRED ? AcceleratorMode.AUTO : wanted.mode();
        return new Accelerators(device.share(wanted.mode()), device.share(lenient), device.share(lenient));
    }

    /// How many recall checks to do together: a device pays from about a hundred on.
    int checksTogether() {
        return checks.accelerated() ? 128 : 16;
    }

    CollectionStats.Accelerator stats() {
        BatchStatistics done = searches.statistics().plus(builds.statistics()).plus(checks.statistics());
        return new CollectionStats.Accelerator(searches.explanation(), done.acceleratorCalls(), done.cpuCalls(), done.fallbacks(),
                done.lastFailure());
    }
}
