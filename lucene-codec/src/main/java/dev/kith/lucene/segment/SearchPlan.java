package dev.kith.lucene.segment;

/// Chooses between the scan and the index of a segment by the work that each would do.
final class SearchPlan {
    /// Distances a walk computes for each candidate it keeps when every node is accepted.
    private static final long WALK_COST = 12;

    private SearchPlan() {}

    /// Whether scanning the accepted vectors computes no more distances than walking the graph. A share `s` of accepted nodes
    /// lengthens the walk to about `WALK_COST * candidates / s`, because refused nodes are walked through; a scan computes one
    /// distance for each accepted vector.
    ///
    /// @param size vectors in the segment
    /// @param accepted how many may be answered
    /// @param candidates kept by the walk
    static boolean scanBeatsWalk(int size, int accepted, int candidates) {
        return (long) accepted * accepted <= WALK_COST * candidates * size;
    }

    /// Whether scanning the accepted vectors computes hardly more distances than the lists rank exactly anyway; lists must be
    /// ranked and codes scanned before that.
    static boolean scanBeatsLists(int accepted, int candidates) {
        return accepted <= 2L * candidates;
    }
}
