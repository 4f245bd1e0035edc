package dev.kith.internal.index;

import java.io.EOFException;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import org.apache.lucene.store.AlreadyClosedException;
import org.apache.lucene.store.IndexInput;
import org.apache.lucene.store.MemorySegmentAccessInput;
import org.jspecify.annotations.Nullable;

/// Lucene's view of a file that lies in memory outside the heap as a whole. Clones and slices share the memory and are closed with
/// the input they come from. Not thread-safe; clones are independent of each other.
final class MemoryInput extends IndexInput implements MemorySegmentAccessInput {
    private static final ValueLayout.OfShort SHORT = ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private final MemorySegment bytes;
    private final @Nullable Arena owned;
    private long position;

    /// @param owned closed with this, or null for a clone or slice
    MemoryInput(String description, MemorySegment bytes, @Nullable Arena owned) {
        super(description);
        this.bytes = bytes;
        this.owned = owned;
    }

    private RuntimeException closed(IllegalStateException e) {
        return bytes.scope().isAlive() ? e : new AlreadyClosedException("closed: " + this, e);
    }

    private EOFException end(IndexOutOfBoundsException e) {
        EOFException end = new EOFException("read past the end, at " + position + " of " + bytes.byteSize() + ": " + this);
        end.initCause(e);
        return end;
    }

    @Override
    public byte readByte() throws IOException {
        byte value = readByte(position);
        position++;
        return value;
    }

    @Override
    public short readShort() throws IOException {
        short value = readShort(position);
        position += Short.BYTES;
        return value;
    }

    @Override
    public int readInt() throws IOException {
        int value = readInt(position);
        position += Integer.BYTES;
        return value;
    }

    @Override
    public long readLong() throws IOException {
        long value = readLong(position);
        position += Long.BYTES;
        return value;
    }

    @Override
    public void readBytes(byte[] into, int offset, int length) throws IOException {
        readBytes(position, into, offset, length);
        position += length;
    }

    @Override
    public void readBytes(long at, byte[] into, int offset, int length) throws IOException {
        copy(ValueLayout.JAVA_BYTE, at, into, offset, length);
    }

    @Override
    public void readInts(int[] into, int offset, int length) throws IOException {
        copy(INT, position, into, offset, length);
        position += (long) length * Integer.BYTES;
    }

    @Override
    public void readLongs(long[] into, int offset, int length) throws IOException {
        copy(LONG, position, into, offset, length);
        position += (long) length * Long.BYTES;
    }

    @Override
    public void readFloats(float[] into, int offset, int length) throws IOException {
        copy(FLOAT, position, into, offset, length);
        position += (long) length * Float.BYTES;
    }

    private void copy(ValueLayout layout, long at, Object into, int offset, int length) throws EOFException {
        try {
            MemorySegment.copy(bytes, layout, at, into, offset, length);
        } catch (IndexOutOfBoundsException e) {
            throw end(e);
        } catch (IllegalStateException e) {
            throw closed(e);
        }
    }

    @Override
    public byte readByte(long at) throws IOException {
        try {
            return bytes.get(ValueLayout.JAVA_BYTE, at);
        } catch (IndexOutOfBoundsException e) {
            throw end(e);
        } catch (IllegalStateException e) {
            throw closed(e);
        }
    }

    @Override
    public short readShort(long at) throws IOException {
        try {
            return bytes.get(SHORT, at);
        } catch (IndexOutOfBoundsException e) {
            throw end(e);
        } catch (IllegalStateException e) {
            throw closed(e);
        }
    }

    @Override
    public int readInt(long at) throws IOException {
        try {
            return bytes.get(INT, at);
        } catch (IndexOutOfBoundsException e) {
            throw end(e);
        } catch (IllegalStateException e) {
            throw closed(e);
        }
    }

    @Override
    public long readLong(long at) throws IOException {
        try {
            return bytes.get(LONG, at);
        } catch (IndexOutOfBoundsException e) {
            throw end(e);
        } catch (IllegalStateException e) {
            throw closed(e);
        }
    }

    @Override
    public long getFilePointer() {
        return position;
    }

    @Override
    public void seek(long to) throws IOException {
        if (to < 0 || to > bytes.byteSize()) {
            throw new EOFException("seek to " + to + " of " + bytes.byteSize() + ": " + this);
        }
        position = to;
    }

    @Override
    public void skipBytes(long count) throws IOException {
        if (count < 0) {
            throw new IllegalArgumentException("count must be at least 0, was " + count);
        }
        seek(position + count);
    }

    @Override
    public long length() {
        return bytes.byteSize();
    }

    @Override
    public MemorySegment segmentSliceOrNull(long at, long length) {
        return bytes.asSlice(at, length);
    }

    @Override
    public MemoryInput clone() {
        MemoryInput clone = new MemoryInput(toString(), bytes, null);
        clone.position = position;
        return clone;
    }

    @Override
    public IndexInput slice(String description, long at, long length) {
        if (at < 0 || length < 0 || length > bytes.byteSize() - at) {
            throw new IllegalArgumentException(
                    "slice " + description + " of " + length + " bytes at " + at + " is not in the " + bytes.byteSize() + " of "
                            + this);
        }
        return new MemoryInput(getFullSliceDescription(description), bytes.asSlice(at, length), null);
    }

    @Override
    public void close() {
        if (owned != null && owned.scope().isAlive()) {
            owned.close();
        }
    }
}
