package dev.kith.hnsw;

import dev.kith.core.TopK;
import java.util.Arrays;

/// The `capacity` nearest candidates of a walk, sorted, each either expanded or not: the one queue of the search. An insert
/// is a binary search and a move of the tail, which up to some hundreds of entries beats heaps.
///
/// An entry is a [TopK#key(float, int)] whose bit 31 says *expanded*; ordinals are never negative, so the bit is free.
final class CandidatePool implements Candidates {
    private static final long EXPANDED = 1L << 31;

    private long[] keys;
    private int capacity;
    private int size;
    private int next;

    CandidatePool(int capacity) {
        this.keys = new long[capacity + 1];
        this.capacity = capacity;
    }

    void reset(int newCapacity) {
        if (keys.length <= newCapacity) {
            keys = new long[newCapacity + 1];
        }
        capacity = newCapacity;
        size = 0;
        next = 0;
    }

    /// Keeps more from now on.
    void grow(int newCapacity) {
        if (keys.length <= newCapacity) {
            keys = Arrays.copyOf(keys, newCapacity + 1);
        }
        capacity = Math.max(capacity, newCapacity);
    }

    /// Forgets all that are farther than `limit`; call [#hasNext()] again after it.
    void trim(float limit) {
        while (size > 0 && TopK.distance(keys[size - 1] & ~EXPANDED) > limit) {
            size--;
        }
    }

    /// The distance a candidate must beat to enter.
    float bound() {
        return size < capacity ? Float.POSITIVE_INFINITY : TopK.distance(keys[size - 1]);
    }

    @Override
    public void insert(float distance, int ordinal) {
        long key = TopK.key(distance, ordinal);
        if (size == capacity && key >= keys[size - 1]) {
            return;
        }
        int low = place(key);
        System.arraycopy(keys, low, keys, low + 1, size - low);
        keys[low] = key;
        if (size < capacity) {
            size++;
        }
        if (low < next) {
            next = low;
        }
    }

    /// How many keys are smaller. The branch on the key decides only what is added, so that it can become a conditional move:
    /// where a candidate belongs is what a branch predictor cannot know.
    private int place(long key) {
        int low = 0;
        int left = size;
        while (left > 1) {
            int half = left >>> 1;
            low += keys[low + half - 1] < key ? half : 0;
            left -= half;
        }
        return left == 1 && keys[low] < key ? low + 1 : low;
    }

    /// Whether a candidate is left to expand.
    boolean hasNext() {
        while (next < size && (keys[next] & EXPANDED) != 0) {
            next++;
        }
        return next < size;
    }

    /// Takes the nearest candidate that was not expanded; call [#hasNext()] first.
    int expandNext() {
        long key = keys[next];
        keys[next++] = key | EXPANDED;
        return TopK.ordinal(key);
    }

    /// The candidate that [#expandNext()] would take now; call [#hasNext()] first.
    int next() {
        return TopK.ordinal(keys[next]);
    }

    /// Its distance.
    float nextDistance() {
        return TopK.distance(keys[next]);
    }

    int size() {
        return size;
    }

    /// Entry `i` in order of distance, without its mark.
    long key(int i) {
        return keys[i] & ~EXPANDED;
    }
}
