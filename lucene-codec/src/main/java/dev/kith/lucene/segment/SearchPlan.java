package dev.kith.lucene.segment;

/// Chooses between the scan and the index of a segment by the number of distances each would compute.
public final class SearchPlan {
    /// Distances a walk computes for each candidate it keeps when every node is accepted.
    private static final long WALK_COST = 12;

    private SearchPlan() {}

    /// Whether scanning the accepted vectors costs no more than walking the graph. A share `s` of accepted nodes lengthens the
    /// walk to about `WALK_COST * candidates / s`, because refused nodes are walked through; a scan computes one distance for
    /// each accepted vector.
    ///
    /// @param size vectors in the segment
    /// @param accepted how many may be answered
    /// @param candidates kept by the walk
    public static boolean scanIsCheaper(int size, int accepted, int candidates) {
        return (long) accepted * accepted <= WALK_COST * candidates * size;
    }
}
