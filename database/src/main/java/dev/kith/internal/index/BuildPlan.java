package dev.kith.internal.index;

import dev.kith.IndexSpec;
import dev.kith.IndexSpec.Hnsw;
import dev.kith.IndexSpec.Hnsw.Rows;
import dev.kith.VectorField;
import dev.kith.lucene.segment.IndexFileWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// How the index of one segment is built within a budget.
///
/// @param index what is built; never [IndexSpec.Auto]
/// @param threads of the build
/// @param bytes that it takes at most while it is built, on and off the heap
/// @param givenUp what is less than was wished, and why, as a sentence; null if nothing is
record BuildPlan(IndexSpec index, int threads, long bytes, @Nullable String givenUp) {
    /// The first that fits of: what was wished, with fewer threads, with compact rows, inverted lists, none.
    ///
    /// @param wished never [IndexSpec.Auto]
    /// @param count of vectors
    /// @param threads that the build may use at most
    /// @param allowed bytes
    static BuildPlan of(IndexSpec wished, int count, VectorField field, int threads, long allowed) {
        long wishedBytes = bytes(wished, count, field, threads);
        if (wishedBytes <= allowed) {
            return new BuildPlan(wished, threads, wishedBytes, null);
        }
        for (IndexSpec candidate : candidates(wished, field)) {
            for (int fewer = threads; fewer > 0; fewer /= 2) {
                long bytes = bytes(candidate, count, field, fewer);
                if (bytes <= allowed) {
                    return new BuildPlan(candidate, fewer, bytes, String.format(Locale.ROOT,
                            "segment of %,d vectors: %s, built in %s on %d %s; %s on %d takes %s to build, %s are allowed",
                            count, name(candidate), megabytes(bytes), fewer, fewer == 1 ? "thread" : "threads",
                            name(wished), threads, megabytes(wishedBytes), megabytes(allowed)));
                }
            }
        }
        throw new AssertionError("a scan takes nothing");
    }

    private static List<IndexSpec> candidates(IndexSpec wished, VectorField field) {
        List<IndexSpec> candidates = new ArrayList<>();
        candidates.add(wished);
        if (wished instanceof Hnsw graph && graph.rows() == Rows.FAST) {
            candidates.add(graph.compact());
        }
        if (!(wished instanceof IndexSpec.IvfPq) && field.dimension() <= IndexSpec.IvfPq.MAX_DIMENSION) {
            candidates.add(IndexSpec.ivfPq());
        }
        candidates.add(IndexSpec.flat());
        return candidates;
    }

    private static long bytes(IndexSpec index, int count, VectorField field, int threads) {
        return index instanceof IndexSpec.Flat
                ? 0
                : IndexFileWriter.buildBytes(SegmentCodec.spec(index, field, 1), field.encoding(), count, field.dimension(),
                        threads);
    }

    private static String name(IndexSpec index) {
        return switch (index) {
            case IndexSpec.Flat _ -> "no index but a scan";
            case Hnsw graph -> switch (graph.rows()) {
                case FAST -> "the quickest graph";
                case COMPACT -> "a compact graph";
                case LINKS -> "a graph of links";
            };
            case IndexSpec.IvfPq _ -> "inverted lists";
            case IndexSpec.Auto _ -> "a choice";
        };
    }

    private static String megabytes(long bytes) {
        return String.format(Locale.ROOT, "%,.1f MB", bytes / 1e6);
    }
}
