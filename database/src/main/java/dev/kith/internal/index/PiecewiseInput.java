package dev.kith.internal.index;

import dev.kith.storage.VfsReader;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.apache.lucene.store.BufferedIndexInput;

/// Lucene's view of a file that is read piece by piece when it is asked for, for those too large and too rarely read to lie in
/// memory as a whole. Clones share the reader, which the first input closes.
final class PiecewiseInput extends BufferedIndexInput {
    private static final int PIECE_BYTES = 1 << 14;

    private final VfsReader reader;
    private boolean cloned;

    PiecewiseInput(String description, VfsReader reader) {
        super(description, PIECE_BYTES);
        this.reader = reader;
    }

    @Override
    protected void readInternal(ByteBuffer into) throws IOException {
        long at = getFilePointer();
        if (into.remaining() > length() - at) {
            throw new EOFException("read past the end, at " + at + " of " + length() + ": " + this);
        }
        reader.readFully(into, at);
    }

    @Override
    protected void seekInternal(long to) throws IOException {
        if (to > length()) {
            throw new EOFException("seek to " + to + " of " + length() + ": " + this);
        }
    }

    @Override
    public long length() {
        return reader.size();
    }

    @Override
    public PiecewiseInput clone() {
        PiecewiseInput clone = (PiecewiseInput) super.clone();
        clone.cloned = true;
        return clone;
    }

    @Override
    public void close() throws IOException {
        if (!cloned) {
            reader.close();
        }
    }
}
