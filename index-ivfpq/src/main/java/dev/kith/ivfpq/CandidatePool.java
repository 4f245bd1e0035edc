package dev.kith.ivfpq;

import dev.kith.core.TopK;
import java.util.Arrays;

/// The rows of least bound seen so far, each with its place and list. The heap holds slots, because place and list together
/// do not fit a key. Scratch of one searcher; not thread-safe.
final class CandidatePool {
    private TopK heap = new TopK(1);
    private int[] places = new int[256];
    private int[] lists = new int[256];
    private int slots;

    void begin(int capacity) {
        if (heap.capacity() != capacity) {
            heap = new TopK(capacity);
        }
        heap.clear();
        slots = 0;
    }

    void offer(float bound, int place, int list) {
        if (slots == places.length) {
            places = Arrays.copyOf(places, 2 * slots);
            lists = Arrays.copyOf(lists, 2 * slots);
        }
        if (heap.offer(bound, slots)) {
            places[slots] = place;
            lists[slots] = list;
            slots++;
        }
    }

    /// The bound a row must stay below to be kept; positive infinity while there is room.
    float worst() {
        return heap.worstDistance();
    }

    int size() {
        return heap.size();
    }

    /// Keys of bound and slot, least bound first.
    long[] sorted() {
        return heap.toSortedKeys();
    }

    int place(long key) {
        return places[TopK.ordinal(key)];
    }

    int list(long key) {
        return lists[TopK.ordinal(key)];
    }
}
