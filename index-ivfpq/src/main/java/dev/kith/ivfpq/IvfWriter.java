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

/// Writes a model and the rows of a [RowStore] as an index, section after section, holding one list at a time.
final class IvfWriter {
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
        long blocks = 0;
        for (int l = 0; l < shape.nlist(); l++) {
            blocks += layout.blocks(starts[l + 1] - starts[l]);
        }
        if (blocks * layout.rows() > Integer.MAX_VALUE - 64) {
            throw new IllegalArgumentException("an index holds fewer than 2^31 rows in blocks, these need " + blocks + " blocks");
        }
        this.header = new IvfHeader(shape, size, (int) blocks, spilled, model.seed, model.id());
    }

    long totalBytes() {
        return header.totalBytes();
    }

    void write(ByteSink sink) throws IOException {
        long start = sink.position();
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment head = arena.allocate(IvfHeader.BYTES, 64);
            header.write(head);
            sink.write(head);
            writeFloats(sink, model.centroids);
            pad(sink, start, header.centroidCodesOffset());
            MemorySegment codes = arena.allocate(header.centroidCodeBytes(), 64);
            CentroidCodes.encode(model.centroids, shape.nlist(), shape.dimension(), codes);
            sink.write(codes);
            pad(sink, start, header.matrixOffset());
            if (model.rotation instanceof DenseRotation d) {
                writeFloats(sink, d.matrix());
            }
            pad(sink, start, header.codebooksOffset());
            if (!model.quantizer.isSigns()) {
                writeFloats(sink, model.quantizer.codebooks());
            }
            pad(sink, start, header.listsOffset());
            writeLists(sink);
            pad(sink, start, header.ordinalsOffset());
        }
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

    private void writeLists(ByteSink sink) throws IOException {
        byte[] bytes = new byte[shape.nlist() * IvfHeader.LIST_BYTES];
        MemorySegment to = MemorySegment.ofArray(bytes);
        int block = 0;
        for (int l = 0; l < shape.nlist(); l++) {
            int primary = 0;
            double squared = 0;
            for (int i = starts[l]; i < starts[l + 1]; i++) {
                primary += store.second(order[i]) ? 0 : 1;
                squared += store.squaredResidual(order[i]);
            }
            int count = starts[l + 1] - starts[l];
            long at = (long) l * IvfHeader.LIST_BYTES;
            to.set(IvfHeader.INT, at, block);
            to.set(IvfHeader.INT, at + 4, count);
            to.set(IvfHeader.INT, at + 8, primary);
            to.set(IvfHeader.FLOAT, at + 12, count == 0 ? 0f : (float) (squared / count));
            block += layout.blocks(count);
        }
        sink.write(bytes, 0, bytes.length);
    }

    private void writeOrdinals(ByteSink sink) throws IOException {
        for (int l = 0; l < shape.nlist(); l++) {
            int count = starts[l + 1] - starts[l];
            byte[] bytes = new byte[4 * layout.blocks(count) * layout.rows()];
            Arrays.fill(bytes, (byte) -1);
            MemorySegment to = MemorySegment.ofArray(bytes);
            for (int i = 0; i < count; i++) {
                to.set(IvfHeader.INT, 4L * i, store.ordinal(order[starts[l] + i]));
            }
            sink.write(bytes, 0, bytes.length);
        }
    }

    private void writeBlocks(ByteSink sink) throws IOException {
        byte[] code = new byte[shape.subspaces()];
        byte[] block = new byte[layout.blockBytes()];
        MemorySegment to = MemorySegment.ofArray(block);
        for (int l = 0; l < shape.nlist(); l++) {
            control.checkCancelled();
            for (int from = starts[l]; from < starts[l + 1]; from += layout.rows()) {
                Arrays.fill(block, (byte) 0);
                int n = Math.min(layout.rows(), starts[l + 1] - from);
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
    }

    private void writeFine(ByteSink sink) throws IOException {
        int bytes = shape.refineBytes();
        for (int l = 0; l < shape.nlist(); l++) {
            control.checkCancelled();
            int count = starts[l + 1] - starts[l];
            byte[] fine = new byte[Math.multiplyExact(layout.blocks(count) * layout.rows(), bytes)];
            for (int i = 0; i < count; i++) {
                store.fine(order[starts[l] + i], fine, i * bytes);
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
