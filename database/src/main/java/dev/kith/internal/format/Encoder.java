package dev.kith.internal.format;

import dev.kith.core.VectorBytes;
import dev.kith.core.VectorEncoding;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// Collects little-endian values in a growing array. Not thread-safe.
final class Encoder {
    private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private byte[] bytes;
    private int size;

    Encoder(int expectedBytes) {
        this.bytes = new byte[Math.max(16, expectedBytes)];
    }

    int size() {
        return size;
    }

    Encoder u8(int value) {
        reserve(1);
        bytes[size++] = (byte) value;
        return this;
    }

    Encoder int32(int value) {
        reserve(4);
        INT.set(bytes, size, value);
        size += 4;
        return this;
    }

    Encoder int64(long value) {
        reserve(8);
        LONG.set(bytes, size, value);
        size += 8;
        return this;
    }

    /// A count or length: seven bits a byte, least significant first, the top bit set on all bytes but the last.
    Encoder count(int value) {
        assert value >= 0;
        reserve(5);
        int rest = value;
        while (rest >= 0x80) {
            bytes[size++] = (byte) (rest | 0x80);
            rest >>>= 7;
        }
        bytes[size++] = (byte) rest;
        return this;
    }

    /// A count of bytes and the UTF-8 form.
    Encoder string(String value) {
        byte[] utf8 = value.getBytes(StandardCharsets.UTF_8);
        return count(utf8.length).raw(utf8);
    }

    Encoder raw(byte[] value) {
        reserve(value.length);
        System.arraycopy(value, 0, bytes, size, value.length);
        size += value.length;
        return this;
    }

    Encoder floats(float[] values) {
        reserve(4 * values.length);
        ByteBuffer.wrap(bytes, size, 4 * values.length).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().put(values);
        size += 4 * values.length;
        return this;
    }

    Encoder floats(float[] values, VectorEncoding kept) {
        if (kept == VectorEncoding.FLOAT32) {
            return floats(values);
        }
        short[] halves = VectorBytes.halves(kept, values);
        reserve(2 * halves.length);
        ByteBuffer.wrap(bytes, size, 2 * halves.length).order(ByteOrder.LITTLE_ENDIAN).asShortBuffer().put(halves);
        size += 2 * halves.length;
        return this;
    }

    byte[] toBytes() {
        return size == bytes.length ? bytes : Arrays.copyOf(bytes, size);
    }

    private void reserve(int more) {
        int need = Math.addExact(size, more);
        if (need > bytes.length) {
            bytes = Arrays.copyOf(bytes, (int) Math.min(Integer.MAX_VALUE - 8L, Math.max(need, bytes.length * 2L)));
        }
    }
}
