package dev.kith.bench.engine;

/// What every engine's index is built with; the same for all graphs, so that graphs are compared with graphs.
///
/// @param m links of a node above level 0; level 0 holds `2 * m`
/// @param efConstruction candidates kept while building
/// @param threads building threads
public record BuildParameters(int m, int efConstruction, int threads) {
    /// Checks the ranges.
    public BuildParameters {
        if (m < 2 || m > 512) {
            throw new IllegalArgumentException("m must be 2 to 512, was " + m);
        }
        if (efConstruction < 1 || efConstruction > 10_000) {
            throw new IllegalArgumentException("efConstruction must be 1 to 10000, was " + efConstruction);
        }
        if (threads < 1 || threads > 1024) {
            throw new IllegalArgumentException("threads must be 1 to 1024, was " + threads);
        }
    }

    /// A short form for folder names and tables.
    public String text() {
        return "m=" + m + ",efConstruction=" + efConstruction;
    }
}
