package dev.kith.bench.cold;

import dev.kith.bench.data.VectorSet;
import dev.kith.bench.engine.BuildParameters;
import dev.kith.bench.engine.Engine;
import dev.kith.bench.harness.ColdStart;
import java.util.List;
import java.util.Map;

/// What one run from cold starts measures.
///
/// @param efforts main knob by engine name, for engines whose setting is not to be looked for
/// @param recall what the setting that is looked for must reach
public record ColdPlan(VectorSet set, List<Engine> engines, BuildParameters build, Map<String, Integer> efforts, double recall,
        Effort effort) {
    /// Checks that there is something to do, and for whom the efforts are.
    public ColdPlan {
        if (engines.isEmpty()) {
            throw new IllegalArgumentException("a run needs at least one engine");
        }
        if (!(recall > 0 && recall <= 1)) {
            throw new IllegalArgumentException("recall must be above 0 and at most 1, was " + recall);
        }
        for (String engine : efforts.keySet()) {
            if (engines.stream().noneMatch(e -> e.name().equals(engine))) {
                throw new IllegalArgumentException("a setting is given for " + engine + ", which is not among the engines");
            }
        }
    }

    /// How much measuring.
    ///
    /// @param k neighbours asked for
    /// @param rounds fresh processes per engine, taken in turns
    /// @param nanos how long each process is asked, from the begin of opening
    /// @param windowNanos length of a window
    /// @param keepPages whether index and vectors stay in the page cache; else the system is asked to forget them before each start
    public record Effort(int k, int rounds, long nanos, long windowNanos, ColdStart.Clock clock, boolean keepPages) {
        /// Checks the ranges.
        public Effort {
            if (k < 1 || rounds < 1 || windowNanos < 1 || nanos < 2 * windowNanos) {
                throw new IllegalArgumentException(
                        "k and rounds must be at least 1, the time at least two windows, were " + k + ", "
                                + rounds + ", " + nanos + " ns of " + windowNanos + " ns");
            }
        }
    }
}
