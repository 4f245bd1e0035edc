package dev.kith.bench.harness;

import dev.kith.bench.data.VectorSet;
import dev.kith.bench.engine.BuildParameters;
import dev.kith.bench.engine.Engine;
import java.util.List;

/// What one side-by-side run measures.
///
/// @param filters one case each; an unfiltered case is a [FilterCase] without rows
/// @param targets recalls whose speed is wanted, rising
public record AnnPlan(VectorSet set, List<Engine> engines, BuildParameters build, List<FilterCase> filters, List<Double> targets,
        Effort effort) {
    /// Checks that there is something to do.
    public AnnPlan {
        if (engines.isEmpty() || filters.isEmpty() || targets.isEmpty()) {
            throw new IllegalArgumentException("a run needs at least one engine, one case and one target");
        }
        for (double target : targets) {
            if (!(target > 0 && target <= 1)) {
                throw new IllegalArgumentException("targets must be above 0 and at most 1, was " + target);
            }
        }
    }

    /// The highest target.
    public double highestTarget() {
        return targets.stream().mapToDouble(t -> t).max().orElseThrow();
    }

    /// How much measuring.
    ///
    /// @param k neighbours asked for
    /// @param threads query threads
    /// @param rounds fresh processes per engine, taken in turns; medians are over these
    /// @param secondsPerSetting wall time measured at each setting in each round
    /// @param warmSeconds longest warm-up; a run that is not steady by then is marked so
    public record Effort(int k, int threads, int rounds, double secondsPerSetting, double warmSeconds) {
        /// Checks the ranges.
        public Effort {
            if (k < 1 || threads < 1 || rounds < 1 || !(secondsPerSetting >= 0) || !(warmSeconds >= 0)) {
                throw new IllegalArgumentException("k, threads and rounds must be at least 1, times at least 0");
            }
        }
    }
}
