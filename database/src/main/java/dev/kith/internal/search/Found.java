package dev.kith.internal.search;

/// A record found, named by where it is in the view.
///
/// @param source index of the leaf, or the number of leaves plus the index of the overlay
/// @param item document in the leaf, or entry in the overlay
/// @param distance smaller is better: the metric's distance, or minus the BM25 score
record Found(int source, int item, float distance) {
    /// The place as one number.
    long place() {
        return (long) source << 32 | item;
    }
}
