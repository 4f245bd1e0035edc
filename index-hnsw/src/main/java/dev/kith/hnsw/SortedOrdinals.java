package dev.kith.hnsw;

import dev.kith.core.AcceptOrdinals;
import java.util.Arrays;

/// The first `count` of ascending `ordinals`.
record SortedOrdinals(int[] ordinals, int count) implements AcceptOrdinals {
    @Override
    public boolean accepts(int ordinal) {
        return Arrays.binarySearch(ordinals, 0, count, ordinal) >= 0;
    }

    @Override
    public int cardinality() {
        return count;
    }

    @Override
    public int next(int from, int[] target) {
        int found = Arrays.binarySearch(ordinals, 0, count, from);
        int first = found < 0 ? -found - 1 : found;
        int n = Math.min(target.length, count - first);
        System.arraycopy(ordinals, first, target, 0, n);
        return n;
    }
}
