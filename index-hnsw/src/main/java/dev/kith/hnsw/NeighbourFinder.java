package dev.kith.hnsw;

/// Finds the nearest others of many nodes at once. Belongs to one thread.
sealed interface NeighbourFinder permits ListNeighbours, AcceleratedNeighbours {
    /// Most nodes of one call of [#find].
    int SLICE = 2048;

    /// Looks for the neighbours of the members of a partition at `count` ascending places, at most [#SLICE].
    void find(int[] places, int count);

    /// Writes what was found for the node at `places[i]`, in no order, the node itself perhaps among them; returns how many.
    int take(int i, int[] found);
}
