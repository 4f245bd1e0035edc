package dev.kith.hnsw;

/// The level of each node: a pure function of seed and ordinal, so that the shape of the upper levels is known before the
/// first link is made and does not depend on the order of insertion.
final class Levels {
    private Levels() {}

    /// `floor(-ln(u) / ln(m))` for a `u` uniform in (0, 1] (section 4 of the paper), at most [GraphHeader#LEVEL_LIMIT].
    static int of(int ordinal, int m, long seed) {
        long z = seed + 0x9e3779b97f4a7c15L * (ordinal + 1L); // SplitMix64
        z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
        z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
        z ^= z >>> 31;
        double u = ((z >>> 11) + 1) * 0x1p-53;
        return (int) Math.min(GraphHeader.LEVEL_LIMIT, StrictMath.floor(-StrictMath.log(u) / StrictMath.log(m)));
    }
}
