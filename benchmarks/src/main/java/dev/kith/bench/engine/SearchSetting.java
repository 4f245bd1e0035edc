package dev.kith.bench.engine;

/// One point of an engine's sweep.
///
/// @param effort the main knob: efSearch, nprobe or what the engine has
/// @param rerank how many candidates are scored again with full vectors; 0 means none or not a knob of the engine
/// @param text both, in the engine's own words, for tables
public record SearchSetting(int effort, int rerank, String text) {
    /// Checks the ranges.
    public SearchSetting {
        if (effort < 1 || rerank < 0) {
            throw new IllegalArgumentException("effort must be at least 1 and rerank at least 0, were " + effort + ", " + rerank);
        }
    }

    /// A setting of efSearch alone.
    public static SearchSetting ef(int ef) {
        return new SearchSetting(ef, 0, "ef=" + ef);
    }
}
