package dev.kith.ivfpq;

import dev.kith.core.Metric;
import dev.kith.core.TopK;
import dev.kith.core.cluster.CentroidCodes;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// The lists of one query, nearest first, drawn from a heap as they are needed: of a thousand lists a search looks at a few
/// dozen, so sorting them all would cost more than scoring them.
///
/// Where the index keeps means of groups of centroids, only the centroids of the groups nearest to the query are scored, a
/// quarter of them and more if many lists are wanted; more groups follow when those run out. Scratch of one searcher; not
/// thread-safe.
final class CoarseRanking {
    /// A group cuts clusters in two, so that many groups must be scored: decision 0091 has what fewer cost.
    private static final int SCORED_SHARE = 4;
    private static final int SCORED_PER_LIST = 16;

    private final IvfData data;
    private final @Nullable CentroidCodes groupCodes;
    private final boolean byProduct;
    private final float[] query;
    private final float[] dots;
    private final float[] squared;
    private final long[] heap;
    private final float[] groupDots;
    private final float[] groupSquared;
    private final long[] groups;
    private float queryNorm;
    private int left;
    private int nextGroup;

    CoarseRanking(IvfData data) {
        this.data = data;
        this.groupCodes = data.groupCodes;
        this.byProduct = data.shape.metric() == Metric.INNER_PRODUCT;
        this.query = new float[data.shape.dimension()];
        this.dots = new float[data.centroidCodes.paddedCount()];
        this.squared = new float[dots.length];
        this.heap = new long[data.shape.nlist()];
        int padded = groupCodes == null ? 0 : groupCodes.paddedCount();
        this.groupDots = new float[padded];
        this.groupSquared = new float[padded];
        this.groups = new long[groupCodes == null ? 0 : groupCodes.count()];
    }

    /// Ranks lists for a query (normalized for cosine).
    ///
    /// @param wanted how many are expected to be drawn
    void rank(float[] vector, int wanted) {
        System.arraycopy(vector, 0, query, 0, query.length);
        queryNorm = 0;
        for (float x : query) {
            queryNorm = Math.fma(x, x, queryNorm);
        }
        left = 0;
        nextGroup = 0;
        CentroidCodes means = groupCodes;
        if (means == null || (long) SCORED_PER_LIST * wanted >= heap.length) {
            nextGroup = groups.length;
            score(0, CentroidCodes.groups(heap.length));
        } else {
            means.dots(query, groupDots);
            means.squaredDistances(groupDots, queryNorm, groupSquared);
            for (int g = 0; g < groups.length; g++) {
                groups[g] = TopK.key(byProduct ? -groupDots[g] : groupSquared[g], g);
            }
            Arrays.sort(groups);
            scoreNearGroups(Math.max(heap.length / SCORED_SHARE, SCORED_PER_LIST * wanted));
        }
        heapify();
    }

    /// Scores the centroids of the next groups until at least so many wait in the heap, or no group is left.
    private void scoreNearGroups(int enough) {
        while (nextGroup < groups.length && left < enough) {
            int group = TopK.ordinal(groups[nextGroup++]);
            score(group, group + 1);
        }
    }

    private void score(int fromGroup, int toGroup) {
        data.centroidCodes.dots(query, fromGroup, toGroup, dots);
        data.centroidCodes.squaredDistances(dots, queryNorm, fromGroup, toGroup, squared);
        int end = Math.min(heap.length, toGroup * CentroidCodes.GROUP);
        for (int l = fromGroup * CentroidCodes.GROUP; l < end; l++) {
            heap[left++] = TopK.key(byProduct ? -dots[l] : squared[l], l);
        }
    }

    private void heapify() {
        for (int i = left / 2 - 1; i >= 0; i--) {
            siftDown(i, heap[i]);
        }
    }

    /// Inner product of the query and the centroid of a list that was drawn.
    float dot(int list) {
        return dots[list];
    }

    /// Squared distance of the query and the centroid of a list that was drawn.
    float squaredDistance(int list) {
        return squared[list];
    }

    /// The next nearest list, or -1 when there are no more.
    int next() {
        if (left == 0) {
            scoreNearGroups(heap.length / SCORED_SHARE);
            heapify();
            if (left == 0) {
                return -1;
            }
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
