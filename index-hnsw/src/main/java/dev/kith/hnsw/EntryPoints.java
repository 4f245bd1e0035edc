package dev.kith.hnsw;

import dev.kith.core.AcceptOrdinals;
import dev.kith.core.DenseVectors;
import dev.kith.core.NeighbourCodes;
import java.util.Objects;

/// Nodes from all over a graph, of which a walk begins at those nearest to its query: one row of signs relative to the centre of all
/// vectors, read from end to end.
///
/// A walk from one node for ever has to cross from cluster to cluster, and among thousands of them it may end before it comes to
/// the right one, whatever it then finds. The descent of Malkov & Yashunin (algorithm 5) reads a hundred vectors or more at
/// places nobody could foresee; a row of signs reads a few lines of memory for each sixteen entry points, one after the other. That the
/// start decides much on clustered vectors, and little elsewhere, is known: Oguri & Matsui, "Theoretical and Empirical Analysis of
/// Adaptive Entry Point Selection for Graph-based Approximate Nearest Neighbor Search", 2024.
///
/// Entry points are an even sample in the order in which a build has put nodes that are near each other, so that a cluster has its
/// share of them. The entry of the graph, from which all nodes can be reached, is kept in reserve: a walk that has seen all it can see
/// from its start and has room left goes on there.
final class EntryPoints {
    /// With which a walk begins. The others wait their turn among the neighbours of the nearest.
    static final int STARTS = 4;
    /// In groups, for each root of the nodes: reading them then takes a tenth of the shortest walks, whatever the size.
    private static final double GROUPS = 2.0 / NeighbourCodes.GROUP;
    private static final int LEAST = 64;
    /// Scatters ordinals (Knuth, "The Art of Computer Programming", volume 3, section 6.4).
    private static final int MIX = 0x9E3779B9;

    private EntryPoints() {}

    /// How many a graph of so many nodes has.
    static int count(int size) {
        int full = (int) Math.ceil(GROUPS * Math.sqrt(size)) * NeighbourCodes.GROUP;
        return Math.min(size, Math.max(full, LEAST));
    }

    /// Writes the table of a finished graph.
    ///
    /// @param order all ordinals, those near each other near each other
    static void code(Graph graph, DenseVectors vectors, float[] centre, int[] order) {
        int[] points = new int[graph.header.entryPoints()];
        for (int i = 0; i < points.length; i++) {
            points[i] = order[(int) ((2L * i + 1) * order.length / (2L * points.length))];
        }
        graph.header.entryCodes().rowEncoder(vectors)
                .encode(centre, points, points.length, graph.bytes, graph.header.entryPointsOffset());
    }

    /// Finds those nearest to the query by their signs: they stand in what the estimator offers, nearest first.
    ///
    /// @return how many, at least 1 unless no estimate is a number
    /// @throws IndexOutOfBoundsException if the table of an opened graph names a node that there is not
    static int nearest(Graph graph, CodedQuery query, int most) {
        int n = query.entries.nearest(graph.bytes, graph.header.entryPointsOffset(), query.entryGroups, query.nodes.constant(),
                most);
        for (int i = 0; i < n; i++) {
            Objects.checkIndex(query.entries.ordinals()[i], graph.size());
        }
        return n;
    }

    /// Begins a walk over coded rows.
    static void begin(Graph graph, CodedQuery query, Candidates into) {
        int n = nearest(graph, query, STARTS);
        for (int i = 0; i < n; i++) {
            into.insert(query.entries.estimates()[i], query.entries.ordinals()[i]);
        }
        into.insert(Float.POSITIVE_INFINITY, graph.header.entryOrdinal());
    }

    /// Begins a walk among accepted nodes: at all entry points of a half, chosen by chance, that are accepted; there may be none.
    ///
    /// @param half 0 or 1
    static void beginAccepted(Graph graph, CodedQuery query, AcceptOrdinals accept, int half, Candidates into) {
        long groupBytes = graph.header.entryCodes().groupBytes();
        for (int g = 0; g < query.entryGroups; g++) {
            int n = query.entries.nearest(graph.bytes, graph.header.entryPointsOffset() + g * groupBytes, 1,
                    query.nodes.constant(), NeighbourCodes.GROUP);
            for (int i = 0; i < n; i++) {
                int node = Objects.checkIndex(query.entries.ordinals()[i], graph.size());
                if (node * MIX >>> 31 == half && accept.accepts(node)) {
                    into.insert(query.entries.estimates()[i], node);
                }
            }
        }
    }

    /// The node where a walk over links begins.
    static int one(Graph graph, CodedQuery query) {
        return nearest(graph, query, 1) > 0 ? query.entries.ordinals()[0] : graph.header.entryOrdinal();
    }

    /// The ordinals of the table, in its order.
    static int[] ordinals(Graph graph) {
        NeighbourCodes codes = graph.header.entryCodes();
        int[] points = new int[graph.header.entryPoints()];
        for (int i = 0; i < points.length; i++) {
            points[i] = graph.bytes.get(GraphHeader.INT, graph.header.entryPointsOffset() + codes.ordinalOffset(i));
        }
        return points;
    }
}
