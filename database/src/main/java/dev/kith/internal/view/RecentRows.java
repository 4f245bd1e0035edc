package dev.kith.internal.view;

import dev.kith.VectorField;
import dev.kith.VectorValue;
import dev.kith.core.DenseVectors;
import dev.kith.core.Metric;
import dev.kith.core.SignCodes;
import dev.kith.core.SignScan;
import dev.kith.core.VectorBytes;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// The vectors of one field of an [Overlay], in native memory, so that a search scans them with the same kernels as a segment.
/// One thread appends; any number read what a view published.
///
/// Once there are enough of them for a mean that says something, every row also has a code of one bit a component, which a scan reads
/// first. With few components a code is not much smaller than the row, so there are none.
final class RecentRows {
    /// Rows of one chunk.
    static final int CHUNK = 256;
    /// Components from which a row has a code.
    private static final int CODED_DIMENSION = 96;
    private static final long SEED = 42;
    private static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private final VectorField field;
    private final Arena arena;
    private final long strideBytes;
    private volatile DenseVectors[] chunks = {};
    private volatile MemorySegment[] codes = {};
    private volatile @Nullable SignScan signs;
    private volatile Entry[] owners = new Entry[CHUNK];
    private volatile int rows;

    RecentRows(VectorField field, Arena arena) {
        this.field = field;
        this.arena = arena;
        this.strideBytes = ((long) field.dimension() * field.encoding().bytes() + 63) & -64L;
    }

    long chunkBytes() {
        SignScan coded = signs;
        long code = coded == null ? 0 : coded.codeBytes();
        return chunks.length * (CHUNK * (strideBytes + code) + 4L * CHUNK);
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

    /// What the codes are, or null as long as there are none.
    @Nullable
    SignScan signs() {
        return signs;
    }

    /// The codes of a chunk; there if [#signs()] is.
    MemorySegment codes(int number) {
        return codes[number];
    }

    void append(VectorValue vector, Entry owner) {
        int row = rows;
        if (row == chunks.length * CHUNK) {
            addChunk();
        }
        if (row == owners.length) {
            owners = Arrays.copyOf(owners, 2 * row);
        }
        owners[row] = owner;
        write(row, vector);
        rows = row + 1;
    }

    private void addChunk() {
        DenseVectors[] more = Arrays.copyOf(chunks, chunks.length + 1);
        more[chunks.length] = newChunk();
        chunks = more;
        if (field.dimension() < CODED_DIMENSION || more.length == 1) {
            return;
        }
        SignScan coded = signs;
        if (coded == null) {
            coded = new SignScan(new SignCodes(field.metric(), field.dimension(), SEED), mean(more[0]));
            MemorySegment first = arena.allocate((long) CHUNK * coded.codeBytes(), 64);
            float[] vector = new float[field.dimension()];
            for (int row = 0; row < CHUNK; row++) {
                more[0].copyRow(row, vector);
                coded.encode(vector, inverseNorm(more[0], row), first, (long) row * coded.codeBytes());
            }
            codes = new MemorySegment[]{first};
        }
        MemorySegment[] longer = Arrays.copyOf(codes, more.length);
        longer[more.length - 1] = arena.allocate((long) CHUNK * coded.codeBytes(), 64);
        codes = longer;
        signs = coded; // after what it needs
    }

    private float inverseNorm(DenseVectors chunk, int row) {
        return field.metric() == Metric.COSINE ? chunk.inverseNorm(row) : 1f;
    }

    private float[] mean(DenseVectors chunk) {
        double[] sums = new double[field.dimension()];
        float[] vector = new float[field.dimension()];
        for (int row = 0; row < CHUNK; row++) {
            chunk.copyRow(row, vector);
            float scale = inverseNorm(chunk, row);
            for (int i = 0; i < vector.length; i++) {
                sums[i] += vector[i] * scale;
            }
        }
        for (int i = 0; i < vector.length; i++) {
            vector[i] = (float) (sums[i] / CHUNK);
        }
        return vector;
    }

    private DenseVectors newChunk() {
        MemorySegment memory = arena.allocate(CHUNK * strideBytes, 64);
        MemorySegment norms = field.metric() == Metric.COSINE ? arena.allocate(4L * CHUNK, 64) : MemorySegment.NULL;
        return new DenseVectors(field.metric(), field.encoding(), field.dimension(), CHUNK, strideBytes, memory, norms);
    }

    private void write(int number, VectorValue vector) {
        DenseVectors chunk = chunks[number / CHUNK];
        int row = number % CHUNK;
        long at = row * strideBytes;
        float[] floats = vector.toFloats();
        switch (vector) {
            case VectorValue.Floats _ -> VectorBytes.write(field.encoding(), floats, chunk.rows(), at);
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
        SignScan coded = signs;
        if (coded != null) {
            coded.encode(floats, inverseNorm(chunk, row), codes[number / CHUNK], (long) row * coded.codeBytes());
        }
    }
}
