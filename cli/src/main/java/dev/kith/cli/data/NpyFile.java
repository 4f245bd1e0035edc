package dev.kith.cli.data;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// NumPy's array file: magic, version, a Python dictionary as text, then the rows
/// (numpy.lib.format, versions 1.0 to 3.0).
final class NpyFile extends VectorFile {
    private static final Pattern DESCR = Pattern.compile("'descr':\\s*'([^']*)'");
    private static final Pattern SHAPE = Pattern.compile("'shape':\\s*\\(\\s*(\\d+)\\s*,\\s*(\\d+)\\s*,?\\s*\\)");

    private final Component component;
    private final long count;
    private final int dimension;
    private final ByteBuffer row;
    private long read;

    /// How one component is stored.
    private enum Component {
        F2(2), F4(4), F8(8), I1(1), U1(1);

        final int bytes;

        Component(int bytes) {
            this.bytes = bytes;
        }
    }

    private NpyFile(Path path, InputStream in, Component component, long count, int dimension) {
        super(path, in);
        this.component = component;
        this.count = count;
        this.dimension = dimension;
        this.row = ByteBuffer.allocate(Math.multiplyExact(dimension, component.bytes)).order(ByteOrder.LITTLE_ENDIAN);
    }

    static NpyFile open(Path path, InputStream in) throws IOException {
        byte[] start = in.readNBytes(8);
        if (start.length < 8 || (start[0] & 0xff) != 0x93
                || !"NUMPY".equals(new String(start, 1, 5, StandardCharsets.US_ASCII))) {
            throw new IOException(path + ": not a NumPy file, the magic bytes are missing");
        }
        int lengthBytes = start[6] == 1 ? 2 : 4;
        int length = 0;
        byte[] lengthField = in.readNBytes(lengthBytes);
        for (int i = lengthField.length - 1; i >= 0; i--) {
            length = length << 8 | (lengthField[i] & 0xff);
        }
        if (lengthField.length < lengthBytes || length < 0 || length > 1 << 20) {
            throw new IOException(path + ": header length " + length + " is not in [0, 1048576]");
        }
        String header = new String(in.readNBytes(length), StandardCharsets.UTF_8);
        Matcher shape = SHAPE.matcher(header);
        Matcher descr = DESCR.matcher(header);
        if (!shape.find() || !descr.find() || !header.contains("'fortran_order': False")) {
            throw new IOException(path + ": expected a two-dimensional array in C order, found " + header.strip());
        }
        Component component = switch (descr.group(1)) {
            case "<f2" -> Component.F2;
            case "<f4" -> Component.F4;
            case "<f8" -> Component.F8;
            case "|i1" -> Component.I1;
            case "|u1" -> Component.U1;
            default -> throw new IOException(path + ": expected f2, f4, f8, i1 or u1, little-endian, found " + descr.group(1));
        };
        int dimension = number(path, shape.group(2));
        if (dimension < 1 || dimension > 1 << 20) {
            throw new IOException(path + ": dimension " + dimension + " is not in [1, 1048576]");
        }
        return new NpyFile(path, in, component, number(path, shape.group(1)), dimension);
    }

    private static int number(Path path, String digits) throws IOException {
        try {
            return Integer.parseInt(digits);
        } catch (NumberFormatException e) {
            throw new IOException(path + ": shape holds " + digits + ", expected at most " + Integer.MAX_VALUE, e);
        }
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
        if (read == count) {
            return null;
        }
        int got = in.readNBytes(row.array(), 0, row.capacity());
        if (got < row.capacity()) {
            throw new IOException(path + ": row " + read + " of " + count + " is cut off after " + got + " of " + row.capacity()
                    + " bytes");
        }
        read++;
        float[] values = new float[dimension];
        for (int i = 0; i < dimension; i++) {
            values[i] = switch (component) {
                case F2 -> Float.float16ToFloat(row.getShort(2 * i));
                case F4 -> row.getFloat(4 * i);
                case F8 -> (float) row.getDouble(8 * i);
                case I1 -> row.get(i);
                case U1 -> row.get(i) & 0xff;
            };
        }
        return values;
    }
}
