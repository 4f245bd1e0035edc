package dev.kith.lucene.segment;

import com.sun.management.OperatingSystemMXBean;
import dev.kith.core.DenseVectors;
import dev.kith.hnsw.NodeRows;
import dev.kith.ivfpq.RoundedLists;
import dev.kith.storage.Access;
import dev.kith.storage.MappedMemory;
import java.lang.foreign.MemorySegment;
import java.lang.management.ManagementFactory;

/// Which pages of a segment's files are read only when they are touched, without others around them.
///
/// Rows behind inverted lists and compact graphs always: a search wants a hundred of them anywhere in the file, memory need not hold them, and what
/// the system reads around each would push out what is wanted. A graph and its rows only if they are large beside the
/// machine's memory, as reading around fills memory soonest where all will fit; rounded rows, which are there to be in memory, likewise.
///
/// @param largeBytes a graph and its rows, or rounded rows, from this size on are read as they are touched
public record PageAdvice(long largeBytes) {
    /// A quarter of the memory of the machine, or of the container the JVM runs in.
    public static final PageAdvice DEFAULT = new PageAdvice(memoryBytes() / 4);

    private static long memoryBytes() {
        return ManagementFactory.getOperatingSystemMXBean() instanceof OperatingSystemMXBean system
                ? system.getTotalMemorySize()
                : Long.MAX_VALUE;
    }

    /// Tells the system.
    ///
    /// @return the vectors, knowing it
    public FieldVectors give(FieldVectors field) {
        return switch (field.index()) {
            case null -> field;
            case FieldIndex.Ivf lists when lists.scanned() -> field; // new, hence in memory, and soon merged
            case FieldIndex.Ivf lists -> {
                RoundedLists rounded = lists.rounded();
                if (rounded != null && rounded.rows().bytes() >= largeBytes) {
                    MappedMemory.advise(rounded.rows().memory(), Access.RANDOM);
                }
                yield field.scattered(rows(field.vectors()));
            }
            case FieldIndex.Hnsw graph -> {
                boolean large = graph.indexBytes() + field.vectorBytes() >= largeBytes;
                if (large) {
                    MappedMemory.advise(graph.bytes(), Access.RANDOM);
                } else if (graph.index().parameters().rows() != NodeRows.COMPACT) {
                    yield field;
                }
                yield field.scattered(rows(field.vectors()));
            }
        };
    }

    private static boolean rows(DenseVectors vectors) {
        MemorySegment norms = vectors.inverseNorms();
        if (norms.byteSize() > 0) {
            MappedMemory.advise(norms, Access.RANDOM);
        }
        return MappedMemory.advise(vectors.rows(), Access.RANDOM);
    }
}
