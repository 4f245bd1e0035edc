package dev.kith.bench.kernels;

/// Where a kernel finds its rows.
public enum Places {
    /// Few enough rows to stay in the first- and second-level cache.
    CACHE(1 << 8),
    /// More rows than caches hold, one after another.
    STREAM(1 << 18),
    /// As many, in random order: what a graph walk does.
    RANDOM(1 << 18);

    private final int rows;

    Places(int rows) {
        this.rows = rows;
    }

    /// Number of rows.
    public int rows() {
        return rows;
    }
}
