package dev.kith.core;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.junit.jupiter.api.Test;

class HugePagesTest {
    @Test
    void aCopyHoldsTheSameBytesAtAnySize() {
        for (long bytes : new long[]{0, 1, 4096, (2 << 20) - 1, 2 << 20, (2 << 20) + 1, (5 << 20) + 12_345}) {
            try (Arena arena = Arena.ofConfined()) {
                MemorySegment original = arena.allocate(Math.max(1, bytes)).asSlice(0, bytes);
                for (long i = 0; i < bytes; i += 61) {
                    original.set(ValueLayout.JAVA_BYTE, i, (byte) (i * 31));
                }
                MemorySegment copy = HugePages.copyOf(original);
                assertEquals(bytes, copy.byteSize());
                assertEquals(-1, original.mismatch(copy), "size " + bytes);
                assertEquals(0, HugePages.available() && bytes >= 2 << 20 ? copy.address() & (2 << 20) - 1 : 0, "alignment");
            }
        }
    }
}
