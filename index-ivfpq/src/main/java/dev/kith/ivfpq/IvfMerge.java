package dev.kith.ivfpq;

import dev.kith.core.BuildControl;
import dev.kith.core.ByteSink;
import dev.kith.core.DenseVectors;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.function.IntUnaryOperator;

/// Puts together indexes of one model, list after list, without looking at a vector: how rows are appended and deleted. Codes
/// and factors are copied as they are, so a merged index answers exactly as its parts did.
///
/// To append, encode the new rows with the old model ([IvfBuilder#like]) and merge both; to delete, merge the one index with an
/// ordinal map that drops rows.
public final class IvfMerge {
    private final IvfData first;
    private final RowStore store;
    private final BuildControl control;

    /// One index of a merge.
    ///
    /// @param ordinals from this index's ordinals to those of the result, or a negative number to drop a row
    public record Part(IvfPqIndex index, IntUnaryOperator ordinals) {
    }

    private IvfMerge(IvfData first, BuildControl control) {
        this.first = first;
        this.store = new RowStore(first.shape);
        this.control = control;
    }

    /// Merges in memory.
    ///
    /// @param parts at least one, all of one model
    /// @param size vectors of the result; the parts' ordinals must map onto `[0, size)`, each once
    /// @throws IllegalArgumentException if models differ or ordinals do not map so
    public static IvfPqIndex merge(List<Part> parts, int size, BuildControl control) {
        IvfWriter writer = writer(parts, size, control);
        MemorySink sink = new MemorySink(writer.totalBytes());
        try {
            writer.write(sink);
            return IvfPqIndex.open(sink.memory());
        } catch (IOException e) {
            throw new AssertionError("memory does not fail, and what was written is sound", e);
        }
    }

    /// Merges to a sink.
    public static void merge(List<Part> parts, int size, ByteSink sink, BuildControl control) throws IOException {
        writer(parts, size, control).write(sink);
    }

    /// Cuts every list of more than `largestList` rows into parts of about half of that, with centroids of their own; all other
    /// rows keep their codes. The result has a model of its own. Reads the vectors of the lists that are cut.
    ///
    /// @param vectors those the index was built over
    public static IvfPqIndex splitLists(IvfPqIndex index, DenseVectors vectors, int largestList, BuildControl control) {
        return new ListSplit(index, vectors, largestList, control).run();
    }

    private static IvfWriter writer(List<Part> parts, int size, BuildControl control) {
        if (parts.isEmpty()) {
            throw new IllegalArgumentException("a merge needs at least one part");
        }
        IvfData first = parts.getFirst().index().data();
        IvfMerge merge = new IvfMerge(first, control);
        byte[] seen = new byte[size];
        for (Part part : parts) {
            IvfHeader header = part.index().data().header;
            if (header.modelId() != first.header.modelId() || !header.shape().equals(first.shape)
                    || header.spilled() != first.header.spilled()) {
                throw new IllegalArgumentException("only indexes of one model can be merged: " + first.shape + " id "
                        + Long.toHexString(first.header.modelId()) + " and " + header.shape() + " id "
                        + Long.toHexString(header.modelId()));
            }
            merge.add(part, seen);
        }
        for (int o = 0; o < size; o++) {
            if (seen[o] != 1) {
                throw new IllegalArgumentException("ordinal " + o + " of the result comes from " + seen[o] + " rows");
            }
        }
        return new IvfWriter(first.model(), merge.store, size, first.header.spilled(), control);
    }

    private void add(Part part, byte[] seen) {
        IvfData data = part.index().data();
        int[] mapped = new int[data.header.size()];
        for (int o = 0; o < mapped.length; o++) {
            mapped[o] = part.ordinals().applyAsInt(o);
            if (mapped[o] >= seen.length || (mapped[o] >= 0 && ++seen[mapped[o]] > 1)) {
                throw new IllegalArgumentException("ordinal " + o + " maps to " + mapped[o] + ", which must be below "
                        + seen.length + " and not another row's");
            }
        }
        for (int l = 0; l < data.shape.nlist(); l++) {
            control.checkCancelled();
            copyList(data, l, l, mapped, store);
        }
    }

    /// Copies the rows of a list whose mapped ordinal is not negative.
    static void copyList(IvfData data, int list, int toList, int[] mapped, RowStore store) {
        byte[] code = new byte[data.shape.subspaces()];
        byte[] fine = new byte[data.shape.refineBytes()];
        int first = data.firstPlace(list);
        for (int r = 0; r < data.rows(list); r++) {
            int place = first + r;
            int ordinal = data.soundOrdinal(place);
            if (mapped[ordinal] < 0) {
                continue;
            }
            long block = (long) (place / data.layout.rows()) * data.layout.blockBytes();
            int row = place % data.layout.rows();
            data.layout.get(data.blocks, block, row, code, 0);
            boolean second = data.listOf.get(IvfHeader.INT, 4L * ordinal) != list;
            store.add(mapped[ordinal], toList, second, data.meanSquaredResidual(list));
            store.putCode(code, 0, data.layout.bias(data.blocks, block, row), data.layout.scaleError(data.blocks, block, row));
            if (fine.length > 0) {
                MemorySegment.copy(data.refine, ValueLayout.JAVA_BYTE, (long) place * fine.length, fine, 0, fine.length);
                store.putFine(fine);
            }
        }
    }
}
