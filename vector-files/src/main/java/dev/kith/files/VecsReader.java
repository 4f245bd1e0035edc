package dev.kith.files;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// The forms of the TEXMEX corpus: each row is its dimension as a little-endian int, then its components.
final class VecsReader extends ShapedReader implements ShapedReader.OfInts {
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

    private final ByteInput in;
    private final Form form;
    private final byte[] head = new byte[4];
    private final byte[] body;
    private boolean headRead = true;
    private long rowNumber;

    private VecsReader(Path file, ByteInput in, Form form, int dimension) throws IOException {
        super(file, in, dimension,
                file.toString().endsWith(".gz") ? -1 : Files.size(file) / (4L + (long) dimension * form.bytes));
        this.in = in;
        this.form = form;
        this.body = new byte[dimension * form.bytes];
    }

    static VecsReader open(Path file, Form form) throws IOException {
        ByteInput in = ByteInput.open(file);
        try {
            byte[] head = new byte[4];
            in.readFully(head, "dimension of row 0");
            int dimension = checkedDimension(file, "dimension of row 0", ByteInput.littleEndian(head).getInt());
            return new VecsReader(file, in, form, dimension);
        } catch (IOException e) {
            in.close();
            throw e;
        }
    }

    @Override
    public boolean next(float[] row) throws IOException {
        ByteBuffer bytes = record();
        if (bytes == null) {
            return false;
        }
        for (int i = 0; i < dimension(); i++) {
            row[i] = switch (form) {
                case FVECS -> bytes.getFloat();
                case BVECS -> bytes.get() & 0xff;
                case IVECS -> bytes.getInt();
            };
        }
        return true;
    }

    @Override
    public boolean nextInts(int[] row) throws IOException {
        if (form != Form.IVECS) {
            throw new DataFormatException(file, "components", ".ivecs", form.suffix());
        }
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
            if (found != dimension()) {
                throw new DataFormatException(file, "dimension of " + what, Integer.toString(dimension()),
                        Integer.toString(found));
            }
        }
        headRead = false;
        in.readFully(body, what);
        rowNumber++;
        return ByteInput.littleEndian(body);
    }
}
