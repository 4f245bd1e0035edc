package dev.kith.hnsw;

import java.util.Arrays;

/// Which nodes a search has met: one bit a node, and a list of the words that were touched, so that clearing costs what the
/// search cost, not what the index holds.
final class VisitedSet {
    private final long[] words;
    private int[] touched = new int[1024];
    private int touchedCount;

    VisitedSet(int size) {
        this.words = new long[(int) ((size + 63L) >>> 6)];
    }

    /// Marks `ordinal`; true if it was not marked before.
    boolean add(int ordinal) {
        int w = ordinal >> 6;
        long word = words[w];
        long bit = 1L << ordinal;
        if ((word & bit) != 0) {
            return false;
        }
        if (word == 0) {
            touch(w);
        }
        words[w] = word | bit;
        return true;
    }

    boolean contains(int ordinal) {
        return (words[ordinal >> 6] & (1L << ordinal)) != 0;
    }

    private void touch(int w) {
        if (touchedCount == touched.length) {
            touched = Arrays.copyOf(touched, 2 * touchedCount);
        }
        touched[touchedCount++] = w;
    }

    void clear() {
        for (int i = 0; i < touchedCount; i++) {
            words[touched[i]] = 0;
        }
        touchedCount = 0;
    }
}
