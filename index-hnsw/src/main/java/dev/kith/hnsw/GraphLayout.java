package dev.kith.hnsw;

import dev.kith.core.DenseVectors;
import dev.kith.core.HugePages;
import dev.kith.core.Metric;
import dev.kith.core.VectorSource;
import java.lang.foreign.Arena;

/// The shape of a graph before its first link: rows, levels, entry. A function of vectors and parameters.
final class GraphLayout {
    private GraphLayout() {}

    /// The parameters with the rows that [NodeRows#BEST] comes to.
    static HnswParameters resolve(VectorSource vectors, HnswParameters parameters) {
        boolean raw = vectors instanceof DenseVectors;
        return switch (parameters.rows()) {
            case LINKS -> parameters;
            case CODED, COMPACT -> {
                if (!raw) {
                    throw new IllegalArgumentException(
                            parameters.rows() + " rows need raw vectors, not a " + vectors.getClass().getSimpleName());
                }
                yield parameters;
            }
            case BEST -> {
                boolean pays = raw && vectors.dimension() >= NodeRows.BEST_CODED_DIMENSION
                        && ((DenseVectors) vectors).encoding().floats();
                yield parameters.withRows(pays ? NodeRows.CODED : NodeRows.LINKS);
            }
        };
    }

    /// From so many bytes on, what is lost at the ends of huge pages is nothing beside what page faults and misses of the page tables take of a build.
    private static final long HUGE = 64L << 20;

    /// Memory for all rows, empty, with the table of upper nodes filled.
    static Graph empty(VectorSource vectors, HnswParameters parameters, Arena arena) {
        return empty(header(vectors, parameters), arena);
    }

    /// How many bytes a graph over so many vectors takes.
    ///
    /// @param parameters with rows that are resolved
    static long bytes(int size, int dimension, HnswParameters parameters) {
        int upper = 0;
        int rows = 0;
        for (int ordinal = 0; ordinal < size; ordinal++) {
            int level = Levels.of(ordinal, parameters.m(), parameters.seed());
            upper += level > 0 ? 1 : 0;
            rows += level;
        }
        return new GraphHeader(size, dimension, Metric.COSINE, parameters, size == 0 ? -1 : 0, size == 0 ? -1 : 0,
                size == 0 ? 0 : 1, upper, rows, entryPoints(size, parameters), Calibration.NONE).totalBytes();
    }

    private static int entryPoints(int size, HnswParameters parameters) {
        return parameters.rows() == NodeRows.LINKS ? 0 : EntryPoints.count(size);
    }

    private static GraphHeader header(VectorSource vectors, HnswParameters parameters) {
        int size = vectors.size();
        int upperNodes = 0;
        int upperRows = 0;
        int maxLevel = 0;
        int entryOrdinal = size == 0 ? -1 : 0;
        int entrySlot = -1;
        for (int ordinal = 0; ordinal < size; ordinal++) {
            int level = Levels.of(ordinal, parameters.m(), parameters.seed());
            if (level > maxLevel) {
                maxLevel = level;
                entryOrdinal = ordinal;
                entrySlot = upperNodes;
            }
            upperNodes += level > 0 ? 1 : 0;
            upperRows += level;
        }
        return new GraphHeader(size, vectors.dimension(), vectors.metric(), parameters, entryOrdinal, entrySlot,
                maxLevel,
                upperNodes, upperRows, entryPoints(size, parameters), Calibration.NONE);
    }

    private static Graph empty(GraphHeader header, Arena arena) {
        HnswParameters parameters = header.parameters();
        int size = header.size();
        long bytes = header.totalBytes();
        Graph graph = new Graph(header, bytes < HUGE ? arena.allocate(bytes, 64) : HugePages.allocate(bytes, arena));
        graph.bytes.asSlice(0, GraphHeader.BYTES).copyFrom(header.write(arena));
        graph.bytes.asSlice(header.rowsOffset(), header.rowBytes() * size).fill((byte) 0xff);
        graph.bytes.asSlice(header.upperRowsOffset(), 4L * parameters.m() * header.upperRows()).fill((byte) 0xff);
        int slot = 0;
        int firstRow = 0;
        for (int ordinal = 0; ordinal < size; ordinal++) {
            int level = Levels.of(ordinal, parameters.m(), parameters.seed());
            if (level > 0) {
                graph.setUpperNode(slot++, ordinal, firstRow);
                firstRow += level;
            }
        }
        graph.setUpperNode(slot, Graph.NONE, firstRow);
        return graph;
    }
}
