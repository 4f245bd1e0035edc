package dev.kith.cli.data;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// `.fvecs` and `.bvecs`: each row says its length and then its components (corpus-texmex.irisa.fr).
final class VecsFile extends VectorFile {
    private static final int MAX_DIMENSION = 1 << 20;

    private final int componentBytes;
    private final int dimension;
    private final long count;
    private final ByteBuffer row;
    private boolean firstLengthRead = true;
    private long read;

    VecsFile(Path path, InputStream in, int componentBytes) throws IOException {
        super(path, in);
        this.componentBytes = componentBytes;
        byte[] length = in.readNBytes(4);
        this.dimension = length.length == 4 ? ByteBuffer.wrap(length).order(ByteOrder.LITTLE_ENDIAN).getInt() : 0;
        if (dimension < 1 || dimension > MAX_DIMENSION) {
            throw new IOException(path + ": dimension " + dimension + " of row 0 is not in [1, " + MAX_DIMENSION + "]");
        }
        this.row = ByteBuffer.allocate(dimension * componentBytes).order(ByteOrder.LITTLE_ENDIAN);
        this.count = path.toString().endsWith(".gz") ? -1 : Files.size(path) / (4L + row.capacity());
    }

    @Override
    public int dimension() {
        return dimension;
    }

    @Override
    public long count() {
        return count;
    }

    @Override
    public float @Nullable [] next() throws IOException {
        if (firstLengthRead) {
            firstLengthRead = false;
        } else {
            byte[] length = in.readNBytes(4);
            if (length.length == 0) {
                return null;
            }
            int found = length.length == 4 ? ByteBuffer.wrap(length).order(ByteOrder.LITTLE_ENDIAN).getInt() : -1;
            if (found != dimension) {
                throw new IOException(path + ": row " + read + " has dimension " + found + ", expected " + dimension);
            }
        }
        int got = in.readNBytes(row.array(), 0, row.capacity());
        if (got < row.capacity()) {
            throw new IOException(path + ": row " + read + " is cut off after " + got + " of " + row.capacity() + " bytes");
        }
        read++;
        float[] values = new float[dimension];
        for (int i = 0; i < dimension; i++) {
            values[i] = componentBytes == 4 ? row.getFloat(4 * i) : row.get(i) & 0xff;
        }
        return values;
    }
}
