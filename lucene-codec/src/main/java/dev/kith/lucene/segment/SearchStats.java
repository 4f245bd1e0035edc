package dev.kith.lucene.segment;

/// How one segment was searched.
///
/// @param strategy the road that was taken
/// @param distances how many distances to full vectors were computed; estimates from codes are not counted
/// @param candidates efSearch of a graph, most exact distances of lists and codes; 0 for a scan
public record SearchStats(Strategy strategy, long distances, int candidates) {
    /// Nothing was searched: no vectors, or none accepted.
    public static final SearchStats NOTHING = new SearchStats(Strategy.EXACT, 0, 0);

    /// The roads through a segment.
    public enum Strategy {
        /// Every accepted vector was looked at.
        EXACT,
        /// The graph was asked. Under a filter it may have found a scan of the accepted vectors to be cheaper.
        GRAPH,
        /// Inverted lists were scanned and the best of their codes ranked exactly.
        LISTS,
        /// All codes were scanned, and the vectors looked at that their bounds left in question.
        CODES
    }
}
