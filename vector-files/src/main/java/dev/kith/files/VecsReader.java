package dev.kith.files;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// The forms of the TEXMEX corpus: each row is its dimension as a little-endian int, then its components.
final class VecsReader implements RowReader {
    /// What a component is.
    enum Form {
        /// Little-endian float32.
        FVECS(".fvecs", 4),
        /// Unsigned bytes.
        BVECS(".bvecs", 1),
        /// Little-endian int32.
        IVECS(".ivecs", 4);

        private final String suffix;
        private final int bytes;

        Form(String suffix, int bytes) {
            this.suffix = suffix;
            this.bytes = bytes;
        }

        String suffix() {
            return suffix;
        }
    }

    private static final int MAX_DIMENSION = 1 << 20;
    private final Path file;
    private final ByteInput in;
    private final Form form;
    private final int dimension;
    private final byte[] head = new byte[4];
    private final byte[] body;
    private boolean headRead = true;
    private final long rows;
    private long rowNumber;

    private VecsReader(Path file, ByteInput in, Form form, int dimension) throws IOException {
        this.file = file;
        this.in = in;
        this.form = form;
        this.dimension = dimension;
        this.body = new byte[dimension * form.bytes];
        this.rows = file.toString().endsWith(".gz") ? -1 : Files.size(file) / (4L + body.length);
    }

    static VecsReader open(Path file, Form form) throws IOException {
        ByteInput in = ByteInput.open(file);
        try {
            byte[] head = new byte[4];
            in.readFully(head, "dimension of row 0");
            int dimension = ByteInput.littleEndian(head).getInt();
            if (dimension < 1 || dimension > MAX_DIMENSION) {
                throw new DataFormatException(file, "dimension of row 0", "1 to " + MAX_DIMENSION, Integer.toString(dimension));
            }
            return new VecsReader(file, in, form, dimension);
        } catch (IOException e) {
            in.close();
            throw e;
        }
    }

    @Override
    public int dimension() {
        return dimension;
    }

    @Override
    public long count() {
        return rows;
    }

    @Override
    public boolean next(float[] row) throws IOException {
        ByteBuffer bytes = record();
        if (bytes == null) {
            return false;
        }
        for (int i = 0; i < dimension; i++) {
            row[i] = switch (form) {
                case FVECS -> bytes.getFloat();
                case BVECS -> bytes.get() & 0xff;
                case IVECS -> bytes.getInt();
            };
        }
        return true;
    }

    /// The next row of an ivecs file without the detour over float, which would lose ids above 2^24.
    boolean nextInts(int[] row) throws IOException {
        ByteBuffer bytes = record();
        if (bytes == null) {
            return false;
        }
        bytes.asIntBuffer().get(row);
        return true;
    }

    private @Nullable ByteBuffer record() throws IOException {
        String what = "row " + rowNumber;
        if (!headRead) {
            if (!in.read(head, "dimension of " + what)) {
                return null;
            }
            int found = ByteInput.littleEndian(head).getInt();
            if (found != dimension) {
                throw new DataFormatException(file, "dimension of " + what, Integer.toString(dimension), Integer.toString(found));
            }
        }
        headRead = false;
        in.readFully(body, what);
        rowNumber++;
        return ByteInput.littleEndian(body);
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}
