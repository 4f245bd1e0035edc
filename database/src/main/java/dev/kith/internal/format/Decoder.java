package dev.kith.internal.format;

import dev.kith.core.VectorBytes;
import dev.kith.core.VectorEncoding;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/// Reads what an [Encoder] wrote, believing nothing: every length is compared with the bytes that are left before anything is
/// allocated. Not thread-safe.
final class Decoder {
    private final ByteBuffer bytes;

    Decoder(ByteBuffer bytes) {
        this.bytes = bytes.slice().order(ByteOrder.LITTLE_ENDIAN);
    }

    int u8() throws MalformedBytesException {
        need(1);
        return bytes.get() & 0xff;
    }

    int int32() throws MalformedBytesException {
        need(4);
        return bytes.getInt();
    }

    long int64() throws MalformedBytesException {
        need(8);
        return bytes.getLong();
    }

    float float32() throws MalformedBytesException {
        return Float.intBitsToFloat(int32());
    }

    double float64() throws MalformedBytesException {
        return Double.longBitsToDouble(int64());
    }

    /// A count of things that take at least `leastBytesEach` bytes each.
    int count(int leastBytesEach) throws MalformedBytesException {
        long at = position();
        long value = 0;
        for (int shift = 0; shift < 35; shift += 7) {
            int b = u8();
            value |= (long) (b & 0x7f) << shift;
            if (b < 0x80) {
                if (value * leastBytesEach > bytes.remaining()) {
                    throw new MalformedBytesException(at, "a count that fits the " + bytes.remaining() + " bytes left",
                            Long.toString(value));
                }
                return (int) value;
            }
        }
        throw new MalformedBytesException(at, "a count of at most five bytes", "more");
    }

    /// A number in `[0, limit)`.
    int number(int limit, String what) throws MalformedBytesException {
        long at = position();
        int value = count(0);
        if (value < 0 || value >= limit) {
            throw new MalformedBytesException(at, what + " below " + limit, Integer.toUnsignedString(value));
        }
        return value;
    }

    String string() throws MalformedBytesException {
        long at = position();
        ByteBuffer utf8 = slice(count(1));
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(utf8).toString();
        } catch (CharacterCodingException e) {
            MalformedBytesException malformed = new MalformedBytesException(at, "UTF-8", e.toString());
            malformed.initCause(e);
            throw malformed;
        }
    }

    ByteBuffer slice(int length) throws MalformedBytesException {
        need(length);
        ByteBuffer slice = bytes.slice(bytes.position(), length).order(ByteOrder.LITTLE_ENDIAN);
        bytes.position(bytes.position() + length);
        return slice;
    }

    float[] floats(int count) throws MalformedBytesException {
        need(4L * count);
        float[] values = new float[count];
        slice(4 * count).asFloatBuffer().get(values);
        return values;
    }

    float[] floats(int count, VectorEncoding kept) throws MalformedBytesException {
        if (kept == VectorEncoding.FLOAT32) {
            return floats(count);
        }
        need(2L * count);
        short[] halves = new short[count];
        slice(2 * count).asShortBuffer().get(halves);
        return VectorBytes.floats(kept, halves);
    }

    byte[] raw(int count) throws MalformedBytesException {
        need(count);
        byte[] values = new byte[count];
        bytes.get(values);
        return values;
    }

    long position() {
        return bytes.position();
    }

    int remaining() {
        return bytes.remaining();
    }

    void end() throws MalformedBytesException {
        if (bytes.hasRemaining()) {
            throw new MalformedBytesException(position(), "the end", bytes.remaining() + " more bytes");
        }
    }

    /// The exception for the byte or count just read.
    MalformedBytesException malformed(String expected, long found) {
        return new MalformedBytesException(position(), expected, Long.toString(found));
    }

    private void need(long count) throws MalformedBytesException {
        if (count > bytes.remaining()) {
            throw new MalformedBytesException(position(), count + " more bytes", bytes.remaining() + " left");
        }
    }
}
