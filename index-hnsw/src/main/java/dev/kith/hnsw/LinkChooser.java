package dev.kith.hnsw;

import dev.kith.core.PairScorer;
import dev.kith.core.TopK;
import dev.kith.core.VectorSource;
import java.util.Arrays;

/// Chooses the links of nodes from candidates whose distances are not known yet. Belongs to one thread.
final class LinkChooser {
    private final PairScorer scorer;
    private final NeighbourSelector selector;
    private final int[] chosen;
    private final int[] one = new int[1];
    private int[] ordinals;
    private float[] distances;
    private long[] keys;

    /// @param degree most links of a node
    /// @param capacity most candidates of a node
    LinkChooser(VectorSource vectors, int degree, int capacity) {
        this.scorer = vectors.pairScorer();
        this.selector = new NeighbourSelector(vectors);
        this.ordinals = new int[Math.max(degree, Math.max(1, capacity))];
        this.distances = new float[ordinals.length];
        this.keys = new long[ordinals.length];
        this.chosen = new int[degree];
    }

    /// Where the caller writes the candidates.
    int[] ordinals() {
        return ordinals;
    }

    /// The links chosen last, nearest first.
    int[] chosen() {
        return chosen;
    }

    /// Chooses at most `max` of the first `count` of [#ordinals()], which may name the node itself; returns how many.
    ///
    /// Of vectors equal to the node's only those with smaller ordinals are candidates, as if they had been there before: so the
    /// first of a crowd of equal vectors links to what is around the crowd, and the others link to the first.
    int choose(int node, int count, int max) {
        float self = queryOf(node);
        scorer.score(ordinals, count, distances);
        int n = 0;
        for (int i = 0; i < count; i++) {
            if (ordinals[i] != node && (distances[i] != self || ordinals[i] < node)) {
                keys[n++] = TopK.key(distances[i], ordinals[i]);
            }
        }
        Arrays.sort(keys, 0, n);
        return selector.select(keys, n, max, chosen);
    }

    /// As [#choose], for a node that others link to. Equal vectors get only the places that are left, or a crowd of them would cut
    /// the node off from what is around; those that get none are hung in by the [Connector].
    int chooseFull(int node, int count, int max) {
        float self = queryOf(node);
        scorer.score(ordinals, count, distances);
        int n = 0;
        int equal = 0;
        for (int i = 0; i < count; i++) {
            if (distances[i] == self) {
                ordinals[equal++] = ordinals[i];
            } else {
                keys[n++] = TopK.key(distances[i], ordinals[i]);
            }
        }
        Arrays.sort(keys, 0, n);
        int links = selector.select(keys, n, max, chosen);
        for (int i = 0; i < equal && links < max; i++) {
            chosen[links++] = ordinals[i];
        }
        return links;
    }

    /// Makes the node the query; returns its distance to itself, which is that of vectors equal to it.
    private float queryOf(int node) {
        scorer.query(node);
        one[0] = node;
        scorer.score(one, 1, distances);
        return distances[0];
    }

    /// Makes room for `count` candidates; what [#ordinals()] held is lost.
    void reserve(int count) {
        if (ordinals.length < count) {
            ordinals = new int[2 * count];
            distances = new float[2 * count];
            keys = new long[2 * count];
        }
    }
}
