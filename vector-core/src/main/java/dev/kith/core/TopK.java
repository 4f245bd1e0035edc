package dev.kith.core;

import java.util.Arrays;

/// The `capacity` nearest of everything offered. A binary heap of `long` keys with the farthest on top; a key holds the
/// distance in its upper half, in an order-preserving integer form, and the ordinal in its lower half, so one compare
/// settles distance and then ordinal: equal distances are won by the smaller ordinal, and the content depends only on
/// what was offered, not on the order. Not thread-safe. Allocates nothing after construction but in [#toSortedKeys()].
///
/// Distances must not be NaN; `-0.0` and `0.0` are one value.
public final class TopK {
    private final long[] heap;
    private int size;

    /// @param capacity how many to keep, at least 1
    public TopK(int capacity) {
        if (capacity < 1) {
            throw new IllegalArgumentException("capacity must be at least 1, was " + capacity);
        }
        this.heap = new long[capacity];
    }

    /// A key that orders by distance, then by ordinal.
    public static long key(float distance, int ordinal) {
        int bits = Float.floatToRawIntBits(distance + 0f); // + 0f: one zero
        return ((long) (bits ^ (bits >> 31 & 0x7fffffff)) << 32) | (ordinal & 0xffffffffL);
    }

    /// The distance in a key.
    public static float distance(long key) {
        int bits = (int) (key >> 32);
        return Float.intBitsToFloat(bits ^ (bits >> 31 & 0x7fffffff));
    }

    /// The ordinal in a key.
    public static int ordinal(long key) {
        return (int) key;
    }

    /// Offers one candidate; true if it is now among the nearest.
    public boolean offer(float distance, int ordinal) {
        return offerKey(key(distance, ordinal));
    }

    /// Offers one candidate by its [#key(float, int)].
    public boolean offerKey(long key) {
        if (size < heap.length) {
            siftUp(size++, key);
            return true;
        }
        if (key >= heap[0]) {
            return false;
        }
        siftDown(key, size);
        return true;
    }

    /// Offers `count` candidates.
    public void offerAll(int[] ordinals, float[] distances, int count) {
        for (int i = 0; i < count; i++) {
            offerKey(key(distances[i], ordinals[i]));
        }
    }

    /// The largest distance that is still among the nearest, or positive infinity while there is room.
    public float worstDistance() {
        return size < heap.length ? Float.POSITIVE_INFINITY : distance(heap[0]);
    }

    /// How many are held.
    public int size() {
        return size;
    }

    /// How many can be held.
    public int capacity() {
        return heap.length;
    }

    /// Forgets everything.
    public void clear() {
        size = 0;
    }

    /// The held keys, nearest first. Does not change what is held.
    public long[] toSortedKeys() {
        long[] keys = Arrays.copyOf(heap, size);
        Arrays.sort(keys);
        return keys;
    }

    private void siftUp(int i, long key) {
        while (i > 0) {
            int parent = (i - 1) >>> 1;
            if (heap[parent] >= key) {
                break;
            }
            heap[i] = heap[parent];
            i = parent;
        }
        heap[i] = key;
    }

    private void siftDown(long key, int n) {
        int i = 0;
        int half = n >>> 1;
        while (i < half) {
            int child = 2 * i + 1;
            if (child + 1 < n && heap[child + 1] > heap[child]) {
                child++;
            }
            if (heap[child] <= key) {
                break;
            }
            heap[i] = heap[child];
            i = child;
        }
        heap[i] = key;
    }
}
