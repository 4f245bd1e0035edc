package dev.kith.lucene.segment;

import dev.kith.core.ByteSink;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/// A growing list of 32-bit words, written little-endian.
final class Words {
    private static final int CHUNK = 1 << 14;

    private int[] words = new int[16];
    private int size;

    void add(int word) {
        if (size == words.length) {
            words = Arrays.copyOf(words, Math.addExact(size, Math.max(16, size >> 1)));
        }
        words[size++] = word;
    }

    void write(ByteSink sink) throws IOException {
        MemorySegment chunk = MemorySegment.ofArray(new byte[4 * Math.min(CHUNK, Math.max(1, size))]);
        for (int from = 0; from < size; from += CHUNK) {
            int n = Math.min(CHUNK, size - from);
            MemorySegment.copy(words, from, chunk, FieldEntry.INT, 0, n);
            sink.write(chunk.asSlice(0, 4L * n));
        }
    }
}
