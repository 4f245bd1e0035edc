package dev.kith.internal.search;

import dev.kith.Effort;
import dev.kith.Explanation.Strategy;
import dev.kith.hnsw.NodeRows;
import dev.kith.ivfpq.RerankRows;
import dev.kith.lucene.KithVectorsReader;
import dev.kith.lucene.segment.SearchStats;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// Says why a segment was searched as it was.
final class PartReasons {
    private PartReasons() {}

    /// A segment that was searched.
    ///
    /// @param accepted vectors that could be answered
    record Part(KithVectorsReader vectors, int accepted, Effort asked, SearchStats stats) {
        Strategy strategy() {
            if (accepted == 0) {
                return Strategy.NOTHING;
            }
            return switch (stats.strategy()) {
                case EXACT -> Strategy.EXACT;
                case GRAPH -> Strategy.GRAPH;
                case LISTS -> Strategy.LISTS;
                case CODES -> Strategy.CODES;
            };
        }

        /// @param choice why the segment has the index it has; null if the schema says so
        String why(@Nullable String choice) {
            return choice == null ? why() : why() + "; chosen when the segment was merged: " + choice;
        }

        private String why() {
            if (accepted == 0) {
                return "no vector is live and let through by the filter";
            }
            return switch (stats.strategy()) {
                case EXACT -> exact();
                case GRAPH -> graph();
                case LISTS -> lists();
                case CODES ->
                    "the segment has no graph: it is small or new; codes of one bit a component are scanned, and bounds of four"
                            + " standard errors decide which vectors are looked at";
            };
        }

        private String exact() {
            if (vectors.indexDamage().isPresent()) {
                return "the segment's index is damaged and set aside until the next merge";
            }
            if (!vectors.indexed()) {
                return "the segment has no index: it is small, new, or the field is flat";
            }
            if (asked instanceof Effort.Exact) {
                return "the query asks for an exact search";
            }
            return "no more vectors are accepted than candidates would be kept";
        }

        private String graph() {
            double share = (double) accepted / vectors.size();
            String effort = effort("efSearch") + vectors.graphRows().map(Part::rows).orElse("");
            if (accepted == vectors.size()) {
                return effort + "; every vector is accepted";
            }
            if (stats.distances() >= accepted) {
                return String.format(Locale.ROOT,
                        "%s; of the %.3g %% accepted a scan (%,d distances) is cheaper than a walk of about"
                                + " %,d visits, or ended one that found too little",
                        effort, 100 * share, accepted,
                        Math.round(stats.candidates() / share));
            }
            return String.format(Locale.ROOT,
                    "%s; with %.3g %% accepted a walk of about %,d visits is cheaper than a scan of %,d",
                    effort, 100 * share, Math.round(stats.candidates() / share), accepted);
        }

        private static String rows(NodeRows rows) {
            return switch (rows) {
                case CODED, BEST -> "";
                case COMPACT -> "; the graph is compact: four bits a component lead, the vectors of the best are read";
                case LINKS -> "; the graph has links only: the vectors of all neighbours are read";
            };
        }

        private static String rounded(RerankRows.Kind kind) {
            return switch (kind) {
                case BF16 -> "; copies of two bytes a component rank them, and the vectors of the best are read";
                case INT8 -> "; copies of one byte a component rank them, and the vectors of the best are read";
            };
        }

        private String lists() {
            return effort(
                    vectors.roundedRows().isPresent() ? "at most so many rounded distances" : "at most so many exact distances")
                    + vectors.roundedRows().map(Part::rounded).orElse("");
        }

        private String effort(String unit) {
            return switch (asked) {
                case Effort.Recall(double recall) ->
                    String.format(Locale.ROOT, "recall %.4g needs %s %d here", recall, unit, stats.candidates());
                case Effort.EfSearch _,Effort.Lists _ ->
                    unit + " " + stats.candidates() + " as asked, and never fewer than 1.5 k";
                case Effort.Auto _,Effort.Exact _ -> unit + " " + stats.candidates() + " by the default of the segment";
            };
        }
    }
}
