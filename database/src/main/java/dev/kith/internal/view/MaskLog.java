package dev.kith.internal.view;

import java.util.Arrays;

/// Which documents of a leaf were replaced or deleted by recent writes, and at which position. One thread appends; any number
/// read what a view published.
final class MaskLog {
    private record Masks(int[] documents, long[] positions) {}

    private volatile Masks masks = new Masks(new int[16], new long[16]);
    private volatile int count;

    /// Appends; positions never decrease.
    void add(int document, long position) {
        Masks m = masks;
        int n = count;
        if (n == m.documents.length) {
            m = new Masks(Arrays.copyOf(m.documents, 2 * n), Arrays.copyOf(m.positions, 2 * n));
            masks = m;
        }
        m.documents[n] = document;
        m.positions[n] = position;
        count = n + 1;
    }

    /// How many masks are below a position.
    int countBelow(long position) {
        int high = count;
        int low = 0;
        long[] positions = masks.positions;
        if (high > 0 && positions[high - 1] < position) {
            return high;
        }
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (positions[middle] < position) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    /// Clears the bits of masks `[from, to)`.
    void clear(long[] words, int from, int to) {
        int[] documents = masks.documents;
        for (int i = from; i < to; i++) {
            words[documents[i] >> 6] &= ~(1L << documents[i]);
        }
    }
}
