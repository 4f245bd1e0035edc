package dev.kith.lucene;

import dev.kith.core.ByteSink;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.apache.lucene.store.IndexOutput;

/// Writes into a Lucene output from where it stands.
final class OutputSink implements ByteSink {
    private final IndexOutput output;
    private final long start;
    private byte[] chunk = new byte[0];

    OutputSink(IndexOutput output) {
        this.output = output;
        this.start = output.getFilePointer();
    }

    @Override
    public void write(MemorySegment bytes) throws IOException {
        if (chunk.length == 0) {
            chunk = new byte[1 << 14];
        }
        long size = bytes.byteSize();
        for (long at = 0; at < size; at += chunk.length) {
            int n = (int) Math.min(chunk.length, size - at);
            MemorySegment.copy(bytes, ValueLayout.JAVA_BYTE, at, chunk, 0, n);
            output.writeBytes(chunk, 0, n);
        }
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        output.writeBytes(bytes, offset, length);
    }

    @Override
    public long position() {
        return output.getFilePointer() - start;
    }
}
