package dev.kith.ivfpq;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// Encoded rows in the order they came, in chunks of heap: what a build holds of the vectors it has seen. One record a row
/// and list: ordinal, list, factors, code, finer code.
final class RowStore {
    private static final int CHUNK_ROWS = 4096;

    private final IvfShape shape;
    private final int rowBytes;
    private final List<Chunk> chunks = new ArrayList<>();
    private int size;

    /// One chunk; arrays a column.
    private static final class Chunk {
        final int[] ordinals = new int[CHUNK_ROWS];
        /// List, its lowest bit whether this is the row's second one.
        final int[] lists = new int[CHUNK_ROWS];
        final float[] biases = new float[CHUNK_ROWS];
        final int[] scaleErrors = new int[CHUNK_ROWS];
        final float[] squaredResiduals = new float[CHUNK_ROWS];
        final byte[] codes;
        final byte[] fine;

        Chunk(int codeBytes, int fineBytes) {
            codes = new byte[CHUNK_ROWS * codeBytes];
            fine = new byte[CHUNK_ROWS * fineBytes];
        }
    }

    RowStore(IvfShape shape) {
        this.shape = shape;
        this.rowBytes = shape.bits() == 4 ? (shape.subspaces() + 1) / 2 : shape.subspaces();
    }

    /// Heap bytes one stored row takes.
    static long bytesPerRow(IvfShape shape) {
        return 24L + (shape.bits() == 4 ? (shape.subspaces() + 1) / 2 : shape.subspaces()) + shape.refineBytes();
    }

    int size() {
        return size;
    }

    /// Begins a row; its code, and its finer code if the shape has one, must follow.
    void add(int ordinal, int list, boolean second, float squaredResidual) {
        if (size == Integer.MAX_VALUE - 64) {
            throw new IllegalArgumentException("an index holds fewer than 2^31 rows in lists");
        }
        if (size % CHUNK_ROWS == 0) {
            chunks.add(new Chunk(rowBytes, shape.refineBytes()));
        }
        Chunk chunk = chunks.getLast();
        int at = size++ % CHUNK_ROWS;
        chunk.ordinals[at] = ordinal;
        chunk.lists[at] = list << 1 | (second ? 1 : 0);
        chunk.squaredResiduals[at] = squaredResidual;
    }

    /// Adds copies of all rows of another store of the same shape.
    void addAll(RowStore other) {
        for (int r = 0; r < other.size; r++) {
            Chunk from = other.chunk(r);
            int row = r % CHUNK_ROWS;
            add(from.ordinals[row], from.lists[row] >> 1, (from.lists[row] & 1) != 0, from.squaredResiduals[row]);
            Chunk to = chunks.getLast();
            int at = (size - 1) % CHUNK_ROWS;
            to.biases[at] = from.biases[row];
            to.scaleErrors[at] = from.scaleErrors[row];
            System.arraycopy(from.codes, row * rowBytes, to.codes, at * rowBytes, rowBytes);
            System.arraycopy(from.fine, row * shape.refineBytes(), to.fine, at * shape.refineBytes(), shape.refineBytes());
        }
    }

    void putCode(byte[] code, int from, float bias, int scaleError) {
        Chunk chunk = chunks.getLast();
        int at = (size - 1) % CHUNK_ROWS;
        chunk.biases[at] = bias;
        chunk.scaleErrors[at] = scaleError;
        if (shape.bits() == 8) {
            System.arraycopy(code, from, chunk.codes, at * rowBytes, rowBytes);
            return;
        }
        for (int s = 0; s < shape.subspaces(); s += 2) {
            int high = s + 1 < shape.subspaces() ? code[from + s + 1] : 0;
            chunk.codes[at * rowBytes + s / 2] = (byte) (code[from + s] & 15 | high << 4);
        }
    }

    void putFine(byte[] fine, float bias, float scale, float error) {
        Chunk chunk = chunks.getLast();
        java.nio.ByteBuffer to = java.nio.ByteBuffer.wrap(chunk.fine).order(java.nio.ByteOrder.LITTLE_ENDIAN);
        to.position((size - 1) % CHUNK_ROWS * shape.refineBytes());
        to.put(fine, 0, shape.refineBytes() - 12).putFloat(bias).putFloat(scale).putFloat(error);
    }

    /// Copies a finer code with its factors, as it stands in another index.
    void putFine(byte[] record) {
        System.arraycopy(record, 0, chunks.getLast().fine, (size - 1) % CHUNK_ROWS * shape.refineBytes(), shape.refineBytes());
    }

    int ordinal(int row) {
        return chunk(row).ordinals[row % CHUNK_ROWS];
    }

    int list(int row) {
        return chunk(row).lists[row % CHUNK_ROWS] >> 1;
    }

    boolean second(int row) {
        return (chunk(row).lists[row % CHUNK_ROWS] & 1) != 0;
    }

    float squaredResidual(int row) {
        return chunk(row).squaredResiduals[row % CHUNK_ROWS];
    }

    float bias(int row) {
        return chunk(row).biases[row % CHUNK_ROWS];
    }

    int scaleError(int row) {
        return chunk(row).scaleErrors[row % CHUNK_ROWS];
    }

    /// One byte a subspace.
    void code(int row, byte[] code) {
        byte[] from = chunk(row).codes;
        int at = row % CHUNK_ROWS * rowBytes;
        if (shape.bits() == 8) {
            System.arraycopy(from, at, code, 0, rowBytes);
            return;
        }
        for (int s = 0; s < shape.subspaces(); s++) {
            code[s] = (byte) (from[at + s / 2] >>> (s % 2 * 4) & 15);
        }
    }

    /// Copies the finer code and its factors to `to[at ..]`.
    void fine(int row, byte[] to, int at) {
        System.arraycopy(chunk(row).fine, row % CHUNK_ROWS * shape.refineBytes(), to, at, shape.refineBytes());
    }

    /// Rows by list, within a list by ordinal: the order lists are written in, whatever way the rows came.
    ///
    /// @param starts receives where each list begins, and the size at its end; length nlist + 1
    int[] byList(int[] starts) {
        Arrays.fill(starts, 0);
        for (int r = 0; r < size; r++) {
            starts[list(r) + 1]++;
        }
        for (int l = 0; l + 1 < starts.length; l++) {
            starts[l + 1] += starts[l];
        }
        int[] next = starts.clone();
        int[] order = new int[size];
        for (int r = 0; r < size; r++) {
            order[next[list(r)]++] = r;
        }
        for (int l = 0; l + 1 < starts.length; l++) {
            sortByOrdinal(order, starts[l], starts[l + 1]);
        }
        return order;
    }

    private void sortByOrdinal(int[] order, int from, int to) {
        boolean sorted = true;
        long[] keys = new long[to - from];
        for (int i = from; i < to; i++) {
            keys[i - from] = (long) ordinal(order[i]) << 32 | order[i];
            sorted &= i == from || keys[i - from - 1] <= keys[i - from];
        }
        if (!sorted) {
            Arrays.sort(keys);
            for (int i = from; i < to; i++) {
                order[i] = (int) keys[i - from];
            }
        }
    }

    private Chunk chunk(int row) {
        return chunks.get(row / CHUNK_ROWS);
    }
}
