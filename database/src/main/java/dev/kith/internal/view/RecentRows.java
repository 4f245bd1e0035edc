package dev.kith.internal.view;

import dev.kith.VectorField;
import dev.kith.VectorValue;
import dev.kith.core.DenseVectors;
import dev.kith.core.Metric;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.Arrays;

/// The vectors of one field of an [Overlay], in native memory, so that a search scans them with the same kernels as a segment.
/// One thread appends; any number read what a view published.
final class RecentRows {
    /// Rows of one chunk.
    static final int CHUNK = 256;
    private static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private final VectorField field;
    private final Arena arena;
    private final long strideBytes;
    private volatile DenseVectors[] chunks = {};
    private volatile Entry[] owners = new Entry[CHUNK];
    private volatile int rows;

    RecentRows(VectorField field, Arena arena) {
        this.field = field;
        this.arena = arena;
        this.strideBytes = ((long) field.dimension() * field.encoding().bytes() + 63) & -64L;
    }

    long chunkBytes() {
        return chunks.length * (CHUNK * strideBytes + 4L * CHUNK);
    }

    int rows() {
        return rows;
    }

    Entry owner(int row) {
        return owners[row];
    }

    DenseVectors chunk(int number) {
        return chunks[number];
    }

    void append(VectorValue vector, Entry owner) {
        int row = rows;
        if (row == chunks.length * CHUNK) {
            DenseVectors[] more = Arrays.copyOf(chunks, chunks.length + 1);
            more[chunks.length] = newChunk();
            chunks = more;
        }
        if (row == owners.length) {
            owners = Arrays.copyOf(owners, 2 * row);
        }
        owners[row] = owner;
        write(chunks[row / CHUNK], row % CHUNK, vector);
        rows = row + 1;
    }

    private DenseVectors newChunk() {
        MemorySegment memory = arena.allocate(CHUNK * strideBytes, 64);
        MemorySegment norms = field.metric() == Metric.COSINE ? arena.allocate(4L * CHUNK, 64) : MemorySegment.NULL;
        return new DenseVectors(field.metric(), field.encoding(), field.dimension(), CHUNK, strideBytes, memory, norms);
    }

    private void write(DenseVectors chunk, int row, VectorValue vector) {
        long at = row * strideBytes;
        float[] floats = vector.toFloats();
        switch (vector) {
            case VectorValue.Floats _ -> MemorySegment.copy(floats, 0, chunk.rows(), FLOAT, at, floats.length);
            case VectorValue.Bytes bytes ->
                MemorySegment.copy(bytes.toBytes(), 0, chunk.rows(), ValueLayout.JAVA_BYTE, at, floats.length);
        }
        if (field.metric() == Metric.COSINE) {
            double squares = 0;
            for (float x : floats) {
                squares += (double) x * x;
            }
            chunk.inverseNorms().set(FLOAT, 4L * row, (float) (1 / Math.sqrt(squares)));
        }
    }
}
