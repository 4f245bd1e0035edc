package dev.kith.files;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPInputStream;

/// A file, unzipped if its name ends in `.gz`, read in whole records of little-endian bytes.
final class ByteInput implements Closeable {
    private static final int BUFFER = 1 << 20;
    private final Path file;
    private final InputStream in;

    private ByteInput(Path file, InputStream in) {
        this.file = file;
        this.in = in;
    }

    static ByteInput open(Path file) throws IOException {
        InputStream raw = Files.newInputStream(file);
        try {
            InputStream in = file.getFileName().toString().endsWith(".gz") ? new GZIPInputStream(raw, BUFFER) : raw;
            return new ByteInput(file, new java.io.BufferedInputStream(in, BUFFER));
        } catch (IOException e) {
            raw.close();
            throw e;
        }
    }

    /// Fills the array; false if the file ended before its first byte.
    boolean read(byte[] record, String what) throws IOException {
        int n = in.readNBytes(record, 0, record.length);
        if (n == 0 && record.length > 0) {
            return false;
        }
        if (n < record.length) {
            throw new DataFormatException(file, what, record.length + " bytes", n + " bytes before the end of the file");
        }
        return true;
    }

    /// Fills the array; the file may not end here.
    void readFully(byte[] record, String what) throws IOException {
        if (!read(record, what) && record.length > 0) {
            throw new DataFormatException(file, what, record.length + " bytes", "the end of the file");
        }
    }

    static ByteBuffer littleEndian(byte[] bytes) {
        return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}
