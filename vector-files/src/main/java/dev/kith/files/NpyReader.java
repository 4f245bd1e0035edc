package dev.kith.files;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// NumPy's `.npy` form, versions 1 to 3, row-major, two-dimensional, of float32, float64, float16, int8, uint8 or int32.
final class NpyReader extends ShapedReader {
    private static final byte[] MAGIC = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y'};
    private static final Pattern DESCRIPTION = Pattern.compile("'descr'\\s*:\\s*'([^']*)'");
    private static final Pattern ORDER = Pattern.compile("'fortran_order'\\s*:\\s*(True|False)");
    private static final Pattern SHAPE = Pattern.compile("'shape'\\s*:\\s*\\((\\d+)\\s*,\\s*(\\d+)\\s*,?\\s*\\)");
    private static final int MAX_HEADER = 1 << 16;

    private enum Kind {
        F4(4), F8(8), F2(2), I1(1), U1(1), I4(4);

        private final int bytes;

        Kind(int bytes) {
            this.bytes = bytes;
        }
    }

    private record Header(Kind kind, long rows, int dimension) {}

    private final ByteInput in;
    private final Header header;
    private final byte[] body;
    private long rowNumber;

    private NpyReader(Path file, ByteInput in, Header header) {
        super(file, in, header.dimension, header.rows);
        this.in = in;
        this.header = header;
        this.body = new byte[header.dimension * header.kind.bytes];
    }

    static NpyReader open(Path file) throws IOException {
        ByteInput in = ByteInput.open(file);
        try {
            return new NpyReader(file, in, readHeader(file, in));
        } catch (IOException e) {
            in.close();
            throw e;
        }
    }

    private static Header readHeader(Path file, ByteInput in) throws IOException {
        byte[] start = new byte[8];
        in.readFully(start, "magic and version");
        if (!Arrays.equals(start, 0, 6, MAGIC, 0, 6)) {
            throw new DataFormatException(file, "magic", "\\x93NUMPY", Arrays.toString(Arrays.copyOf(start, 6)));
        }
        int major = start[6];
        if (major < 1 || major > 3) {
            throw new DataFormatException(file, "version", "1 to 3", Integer.toString(major));
        }
        byte[] lengthBytes = new byte[major == 1 ? 2 : 4];
        in.readFully(lengthBytes, "header length");
        ByteBuffer length = ByteInput.littleEndian(lengthBytes);
        int headerLength = major == 1 ? length.getShort() & 0xffff : length.getInt();
        if (headerLength < 1 || headerLength > MAX_HEADER) {
            throw new DataFormatException(file, "header length", "1 to " + MAX_HEADER, Integer.toString(headerLength));
        }
        byte[] headerBytes = new byte[headerLength];
        in.readFully(headerBytes, "header");
        return parse(file, new String(headerBytes, StandardCharsets.UTF_8));
    }

    private static Header parse(Path file, String text) throws DataFormatException {
        String description = find(DESCRIPTION, file, text, "descr").group(1);
        if (find(ORDER, file, text, "fortran_order").group(1).equals("True")) {
            throw new DataFormatException(file, "fortran_order", "False", "True");
        }
        Kind kind = switch (description) {
            case "<f4" -> Kind.F4;
            case "<f8" -> Kind.F8;
            case "<f2" -> Kind.F2;
            case "|i1", "<i1" -> Kind.I1;
            case "|u1", "<u1" -> Kind.U1;
            case "<i4" -> Kind.I4;
            default -> throw new DataFormatException(file, "descr", "<f4, <f8, <f2, |i1, |u1 or <i4", description);
        };
        Matcher shape = find(SHAPE, file, text, "shape of two dimensions");
        try {
            long rows = Long.parseLong(shape.group(1));
            int dimension = checkedDimension(file, "shape, columns", Long.parseLong(shape.group(2)));
            return new Header(kind, rows, dimension);
        } catch (NumberFormatException e) {
            throw new DataFormatException(file, "shape", "numbers that fit", shape.group());
        }
    }

    private static Matcher find(Pattern pattern, Path file, String text, String what) throws DataFormatException {
        Matcher matcher = pattern.matcher(text);
        if (!matcher.find()) {
            throw new DataFormatException(file, what, "present in the header", text.strip());
        }
        return matcher;
    }

    @Override
    public boolean next(float[] row) throws IOException {
        if (rowNumber == header.rows) {
            return false;
        }
        in.readFully(body, "row " + rowNumber + " of " + header.rows);
        rowNumber++;
        ByteBuffer bytes = ByteInput.littleEndian(body);
        for (int i = 0; i < header.dimension; i++) {
            row[i] = switch (header.kind) {
                case F4 -> bytes.getFloat();
                case F8 -> (float) bytes.getDouble();
                case F2 -> Float.float16ToFloat(bytes.getShort());
                case I1 -> bytes.get();
                case U1 -> bytes.get() & 0xff;
                case I4 -> bytes.getInt();
            };
        }
        return true;
    }
}
