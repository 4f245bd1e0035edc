package dev.kith.internal.search;

import java.util.Arrays;

/// A growing array of ints. Not thread-safe.
final class IntList {
    private int[] items = new int[16];
    private int size;

    void add(int item) {
        if (size == items.length) {
            items = Arrays.copyOf(items, 2 * size);
        }
        items[size++] = item;
    }

    int size() {
        return size;
    }

    int get(int index) {
        return items[index];
    }

    int[] sorted() {
        int[] copy = Arrays.copyOf(items, size);
        Arrays.sort(copy);
        return copy;
    }
}
