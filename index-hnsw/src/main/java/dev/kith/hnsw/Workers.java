package dev.kith.hnsw;

import dev.kith.core.BuildControl;
import dev.kith.core.BuildWorkers;
import java.util.function.IntConsumer;
import java.util.function.Supplier;

/// Runs one stage of building a graph. See [BuildWorkers].
final class Workers {
    private Workers() {}

    /// Runs tasks `[0, tasks)`.
    ///
    /// @param workers called once by each thread for what does its tasks: scratch that threads do not share
    /// @throws dev.kith.core.BuildCancelledException if the control asks for it; it is asked before each task
    static void run(int tasks, BuildControl control, Supplier<IntConsumer> workers) {
        BuildWorkers.run(tasks, control, workers);
    }
}
