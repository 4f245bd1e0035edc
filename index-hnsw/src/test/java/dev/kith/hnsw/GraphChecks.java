package dev.kith.hnsw;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.kith.core.CorruptBytesException;
import java.util.Arrays;

/// What holds for every graph: references in range, no loops onto oneself, no link twice, every node reachable.
final class GraphChecks {
    private GraphChecks() {}

    static void check(Graph graph) {
        try {
            graph.validate();
        } catch (CorruptBytesException e) {
            throw new AssertionError(e);
        }
        int[] row = new int[graph.degree()];
        for (int ordinal = 0; ordinal < graph.size(); ordinal++) {
            graph.links(ordinal, row);
            checkRow(row, Graph.count(row, graph.degree()), ordinal);
        }
        for (int slot = 0; slot < graph.header.upperNodes(); slot++) {
            assertEquals(Levels.of(graph.upperOrdinal(slot), graph.m(), graph.header.parameters().seed()), graph.level(slot));
            for (int level = 1; level <= graph.level(slot); level++) {
                graph.upperLinks(slot, level, row);
                checkRow(row, Graph.count(row, graph.m()), slot);
            }
        }
        assertEquals(0, Connector.countUnreachable(graph), "nodes that cannot be reached");
    }

    private static void checkRow(int[] row, int count, int self) {
        int[] sorted = Arrays.copyOf(row, count);
        Arrays.sort(sorted);
        for (int i = 0; i < count; i++) {
            assertTrue(sorted[i] != self, "node " + self + " links to itself");
            assertTrue(i == 0 || sorted[i] != sorted[i - 1], "node " + self + " links twice to " + sorted[i]);
        }
    }
}
