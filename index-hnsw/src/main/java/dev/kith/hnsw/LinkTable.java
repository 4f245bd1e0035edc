package dev.kith.hnsw;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/// Rows of links beside a graph, while it still needs its own. Rows may be written by different threads.
final class LinkTable implements AutoCloseable {
    private final Arena arena = Arena.ofShared();
    private final MemorySegment rows;
    private final int degree;

    LinkTable(int nodes, int degree) {
        this.rows = arena.allocate(Math.max(4, 4L * degree * nodes), 64);
        this.degree = degree;
    }

    /// Takes the first `count` of `links`; the rest of the array is overwritten.
    void set(int node, int[] links, int count) {
        Arrays.fill(links, count, degree, Graph.NONE);
        MemorySegment.copy(links, 0, rows, GraphHeader.INT, 4L * degree * node, degree);
    }

    /// Copies a row into `target`; returns how many links it has.
    int get(int node, int[] target) {
        MemorySegment.copy(rows, GraphHeader.INT, 4L * degree * node, target, 0, degree);
        return Graph.count(target, degree);
    }

    @Override
    public void close() {
        arena.close();
    }
}
