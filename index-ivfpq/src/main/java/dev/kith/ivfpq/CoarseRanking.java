package dev.kith.ivfpq;

import dev.kith.core.Metric;
import dev.kith.core.TopK;

/// The lists of one query, nearest first, drawn from a heap as they are needed: of a thousand lists a search looks at a few
/// dozen, so sorting them all would cost more than scoring them. Scratch of one searcher; not thread-safe.
final class CoarseRanking {
    private final IvfData data;
    private final float[] dots;
    private final float[] squared;
    private final long[] heap;
    private int left;

    CoarseRanking(IvfData data) {
        this.data = data;
        this.dots = new float[data.centroidCodes.paddedCount()];
        this.squared = new float[dots.length];
        this.heap = new long[data.shape.nlist()];
    }

    /// Ranks all lists for a query (normalized for cosine).
    void rank(float[] query) {
        data.centroidCodes.dots(query, dots);
        float norm = 0;
        for (float x : query) {
            norm = Math.fma(x, x, norm);
        }
        data.centroidCodes.squaredDistances(dots, norm, squared);
        boolean byProduct = data.shape.metric() == Metric.INNER_PRODUCT;
        for (int l = 0; l < heap.length; l++) {
            heap[l] = TopK.key(byProduct ? -dots[l] : squared[l], l);
        }
        left = heap.length;
        for (int i = left / 2 - 1; i >= 0; i--) {
            siftDown(i, heap[i]);
        }
    }

    /// Inner product of the query and a list's centroid.
    float dot(int list) {
        return dots[list];
    }

    /// Squared distance of the query and a list's centroid.
    float squaredDistance(int list) {
        return squared[list];
    }

    /// The next nearest list, or -1 when there are no more.
    int next() {
        if (left == 0) {
            return -1;
        }
        int list = TopK.ordinal(heap[0]);
        left--;
        if (left > 0) {
            siftDown(0, heap[left]);
        }
        return list;
    }

    private void siftDown(int i, long key) {
        int half = left >>> 1;
        while (i < half) {
            int child = 2 * i + 1;
            if (child + 1 < left && heap[child + 1] < heap[child]) {
                child++;
            }
            if (heap[child] >= key) {
                break;
            }
            heap[i] = heap[child];
            i = child;
        }
        heap[i] = key;
    }
}
