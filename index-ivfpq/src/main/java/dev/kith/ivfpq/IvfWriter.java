package dev.kith.ivfpq;

import dev.kith.core.BuildControl;
import dev.kith.core.ByteSink;
import dev.kith.core.cluster.CentroidCodes;
import dev.kith.core.pq.BlockLayout;
import dev.kith.core.pq.DenseRotation;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/// Writes a model and the rows of a [RowStore] as an index, section after section. Lists follow one another without a gap, so that
/// a block of codes may hold the end of one list and the beginning of the next.
final class IvfWriter {
    /// Rows between two looks at a cancellation; a multiple of every block's rows.
    private static final int CHUNK = 4096;

    private final IvfModel model;
    private final IvfShape shape;
    private final RowStore store;
    private final BlockLayout layout;
    private final IvfHeader header;
    private final int[] starts;
    private final int[] order;
    private final BuildControl control;

    /// @param size vectors; the ordinals in the store are below it
    IvfWriter(IvfModel model, RowStore store, int size, boolean spilled, BuildControl control) {
        this.model = model;
        this.shape = model.shape;
        this.store = store;
        this.layout = shape.layout();
        this.control = control;
        this.starts = new int[shape.nlist() + 1];
        this.order = store.byList(starts);
        this.header = new IvfHeader(shape, size, layout.blocks(order.length), spilled, model.grouped, model.seed, model.id());
    }

    long totalBytes() {
        return header.totalBytes();
    }

    void write(ByteSink sink) throws IOException {
        long start = sink.position();
        writeModel(sink, start);
        writeLists(sink);
        pad(sink, start, header.ordinalsOffset());
        writeOrdinals(sink);
        pad(sink, start, header.blocksOffset());
        writeBlocks(sink);
        pad(sink, start, header.refineOffset());
        if (shape.refineBits() != 0) {
            writeFine(sink);
        }
        pad(sink, start, header.listOfOffset());
        writeListOf(sink);
        pad(sink, start, header.totalBytes());
    }

    private void writeModel(ByteSink sink, long start) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment head = arena.allocate(header.centroidsOffset(), 64);
            header.write(head);
            sink.write(head);
            writeFloats(sink, model.centroids);
            pad(sink, start, header.centroidCodesOffset());
            writeCodes(sink, arena, model.centroids, shape.nlist());
            pad(sink, start, header.groupCodesOffset());
            if (model.grouped) {
                writeCodes(sink, arena, CentroidGroups.means(model.centroids, shape.nlist(), shape.dimension()), header.groups());
            }
            pad(sink, start, header.matrixOffset());
            if (model.rotation instanceof DenseRotation d) {
                writeFloats(sink, d.matrix());
            }
            pad(sink, start, header.codebooksOffset());
            if (!model.quantizer.isSigns()) {
                writeFloats(sink, model.quantizer.codebooks());
            }
            pad(sink, start, header.listsOffset());
        }
    }

    private void writeCodes(ByteSink sink, Arena arena, float[] centroids, int count) throws IOException {
        MemorySegment codes = arena.allocate(CentroidCodes.byteSize(count, shape.dimension()), 64);
        CentroidCodes.encode(centroids, count, shape.dimension(), codes);
        sink.write(codes);
    }

    private void writeLists(ByteSink sink) throws IOException {
        byte[] bytes = new byte[shape.nlist() * IvfHeader.LIST_BYTES];
        MemorySegment to = MemorySegment.ofArray(bytes);
        for (int l = 0; l < shape.nlist(); l++) {
            int primary = 0;
            double squared = 0;
            for (int i = starts[l]; i < starts[l + 1]; i++) {
                primary += store.second(order[i]) ? 0 : 1;
                squared += store.squaredResidual(order[i]);
            }
            int count = starts[l + 1] - starts[l];
            long at = (long) l * IvfHeader.LIST_BYTES;
            to.set(IvfHeader.INT, at, starts[l]);
            to.set(IvfHeader.INT, at + 4, count);
            to.set(IvfHeader.INT, at + 8, primary);
            to.set(IvfHeader.FLOAT, at + 12, count == 0 ? 0f : (float) (squared / count));
        }
        sink.write(bytes, 0, bytes.length);
    }

    private void writeOrdinals(ByteSink sink) throws IOException {
        byte[] bytes = new byte[4 * CHUNK];
        MemorySegment to = MemorySegment.ofArray(bytes);
        int places = Math.toIntExact(header.places());
        for (int from = 0; from < places; from += CHUNK) {
            int n = Math.min(CHUNK, places - from);
            for (int i = 0; i < n; i++) {
                to.set(IvfHeader.INT, 4L * i, from + i < order.length ? store.ordinal(order[from + i]) : -1);
            }
            sink.write(bytes, 0, 4 * n);
        }
    }

    private void writeBlocks(ByteSink sink) throws IOException {
        byte[] code = new byte[shape.subspaces()];
        byte[] block = new byte[layout.blockBytes()];
        MemorySegment to = MemorySegment.ofArray(block);
        for (int from = 0; from < order.length; from += layout.rows()) {
            if (from % CHUNK == 0) {
                control.checkCancelled();
            }
            Arrays.fill(block, (byte) 0);
            int n = Math.min(layout.rows(), order.length - from);
            for (int r = 0; r < n; r++) {
                int row = order[from + r];
                store.code(row, code);
                layout.put(to, 0, r, code, 0);
                layout.putFactors(to, 0, r, store.bias(row), store.scaleError(row));
            }
            for (int r = n; r < layout.rows(); r++) {
                layout.putFactors(to, 0, r, Float.POSITIVE_INFINITY, 0); // padding is never below a threshold
            }
            sink.write(block, 0, block.length);
        }
    }

    private void writeFine(ByteSink sink) throws IOException {
        byte[] fine = new byte[shape.refineBytes()];
        int places = Math.toIntExact(header.places());
        for (int i = 0; i < places; i++) {
            if (i % CHUNK == 0) {
                control.checkCancelled();
            }
            if (i < order.length) {
                store.fine(order[i], fine, 0);
            } else {
                Arrays.fill(fine, (byte) 0);
            }
            sink.write(fine, 0, fine.length);
        }
    }

    private void writeListOf(ByteSink sink) throws IOException {
        int[] listOf = new int[header.size()];
        Arrays.fill(listOf, -1);
        for (int r = 0; r < store.size(); r++) {
            if (!store.second(r)) {
                listOf[store.ordinal(r)] = store.list(r);
            }
        }
        writeInts(sink, listOf);
    }

    private static void writeInts(ByteSink sink, int[] values) throws IOException {
        byte[] chunk = new byte[1 << 16];
        for (int from = 0; from < values.length; from += 1 << 14) {
            int n = Math.min(1 << 14, values.length - from);
            MemorySegment.copy(values, from, MemorySegment.ofArray(chunk), IvfHeader.INT, 0, n);
            sink.write(chunk, 0, 4 * n);
        }
    }

    private static void writeFloats(ByteSink sink, float[] values) throws IOException {
        byte[] chunk = new byte[1 << 16];
        for (int from = 0; from < values.length; from += 1 << 14) {
            int n = Math.min(1 << 14, values.length - from);
            MemorySegment.copy(values, from, MemorySegment.ofArray(chunk), IvfHeader.FLOAT, 0, n);
            sink.write(chunk, 0, 4 * n);
        }
    }

    private static void pad(ByteSink sink, long start, long offset) throws IOException {
        int gap = Math.toIntExact(offset - (sink.position() - start));
        assert gap >= 0 && gap < 64 : "section ends " + -gap + " bytes too late";
        sink.write(new byte[gap], 0, gap);
    }
}
