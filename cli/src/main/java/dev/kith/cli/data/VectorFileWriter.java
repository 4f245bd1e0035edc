package dev.kith.cli.data;

import java.io.BufferedOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/// Writes rows of float32 as `.npy` or `.fvecs`, told by the suffix; see [dev.kith.files.RowReader]. Not thread-safe.
public final class VectorFileWriter implements Closeable {
    private static final int NPY_HEADER = 128;
    private final Path path;
    private final OutputStream out;
    private final boolean npy;
    private final int dimension;
    private final ByteBuffer row;
    private long rows;

    private VectorFileWriter(Path path, OutputStream out, boolean npy, int dimension) {
        this.path = path;
        this.out = out;
        this.npy = npy;
        this.dimension = dimension;
        this.row = ByteBuffer.allocate(4 + 4 * dimension).order(ByteOrder.LITTLE_ENDIAN).putInt(0, dimension);
    }

    /// Makes a file, replacing one that is there.
    public static VectorFileWriter create(Path path, int dimension) throws IOException {
        String name = path.getFileName().toString();
        if (!name.endsWith(".npy") && !name.endsWith(".fvecs")) {
            throw new IllegalArgumentException(path + ": expected a name ending in .npy or .fvecs");
        }
        OutputStream out = new BufferedOutputStream(Files.newOutputStream(path), 1 << 16);
        VectorFileWriter writer = new VectorFileWriter(path, out, name.endsWith(".npy"), dimension);
        if (writer.npy) {
            out.write(writer.header()); // with a count of 0 until it is known
        }
        return writer;
    }

    /// Version 1.0 of numpy.lib.format, padded so that the rows begin at byte 128 whatever their count.
    private byte[] header() {
        String text = "{'descr': '<f4', 'fortran_order': False, 'shape': (" + rows + ", " + dimension + "), }";
        ByteBuffer header = ByteBuffer.allocate(NPY_HEADER).order(ByteOrder.LITTLE_ENDIAN);
        header.put((byte) 0x93).put("NUMPY".getBytes(StandardCharsets.US_ASCII)).put((byte) 1).put((byte) 0);
        header.putShort((short) (NPY_HEADER - 10));
        header.put(text.getBytes(StandardCharsets.US_ASCII));
        while (header.position() < NPY_HEADER - 1) {
            header.put((byte) ' ');
        }
        header.put((byte) '\n');
        return header.array();
    }

    /// Adds a row.
    public void add(float[] vector) throws IOException {
        for (int i = 0; i < dimension; i++) {
            row.putFloat(4 + 4 * i, vector[i]);
        }
        out.write(row.array(), npy ? 4 : 0, row.capacity() - (npy ? 4 : 0));
        rows++;
    }

    /// Completes the file.
    @Override
    public void close() throws IOException {
        out.close();
        if (npy) {
            try (FileChannel channel = FileChannel.open(path, StandardOpenOption.WRITE)) {
                channel.write(ByteBuffer.wrap(header()), 0);
            }
        }
    }
}
