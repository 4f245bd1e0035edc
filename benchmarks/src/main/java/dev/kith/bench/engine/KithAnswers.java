package dev.kith.bench.engine;

import dev.kith.core.TopK;

/// Copies Kith's result lists out.
final class KithAnswers {
    private KithAnswers() {}

    /// Writes the ordinals, nearest first; returns how many.
    static int copy(TopK top, int[] ids) {
        long[] keys = top.toSortedKeys();
        for (int i = 0; i < keys.length; i++) {
            ids[i] = TopK.ordinal(keys[i]);
        }
        return keys.length;
    }
}
