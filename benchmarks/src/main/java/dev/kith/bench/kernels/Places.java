package dev.kith.bench.kernels;

/// Where a kernel finds its rows.
public enum Places {
    /// Few enough rows to stay in the first-level cache.
    CACHE(1 << 3),
    /// More rows than caches hold, one after another.
    STREAM(1 << 18),
    /// As many, in random order: what a graph walk does.
    RANDOM(1 << 18);

    private final int rows;

    Places(int rows) {
        this.rows = rows;
    }

    /// Ordinals that name rows in the order in which they are asked for; where there are fewer rows, each comes several times.
    public int ordinals() {
        return Math.max(rows, 1 << 10);
    }

    /// Number of rows.
    public int rows() {
        return rows;
    }
}
