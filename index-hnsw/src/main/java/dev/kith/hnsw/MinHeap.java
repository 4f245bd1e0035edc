package dev.kith.hnsw;

import dev.kith.core.TopK;
import java.util.Arrays;

/// An unbounded binary heap of [TopK#key(float, int)], the smallest on top.
final class MinHeap implements Candidates {
    private long[] keys = new long[256];
    private int size;

    void clear() {
        size = 0;
    }

    boolean isEmpty() {
        return size == 0;
    }

    @Override
    public void insert(float distance, int ordinal) {
        long key = TopK.key(distance, ordinal);
        if (size == keys.length) {
            keys = Arrays.copyOf(keys, 2 * size);
        }
        int i = size++;
        while (i > 0) {
            int parent = (i - 1) >>> 1;
            if (keys[parent] <= key) {
                break;
            }
            keys[i] = keys[parent];
            i = parent;
        }
        keys[i] = key;
    }

    long pop() {
        long top = keys[0];
        long key = keys[--size];
        int i = 0;
        while (2 * i + 1 < size) {
            int child = 2 * i + 1;
            if (child + 1 < size && keys[child + 1] < keys[child]) {
                child++;
            }
            if (keys[child] >= key) {
                break;
            }
            keys[i] = keys[child];
            i = child;
        }
        keys[i] = key;
        return top;
    }
}
