package dev.kith.storage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/// Advice that the system does not get, or for pages that were not meant, is not seen in any answer.
class MappedMemoryTest {
    @TempDir Path folder;

    private MemorySegment map(long pages, Arena arena) throws IOException {
        Path file = folder.resolve("pages");
        Files.write(file, new byte[Math.toIntExact(pages * MappedMemory.pageBytes())]);
        try (FileChannel channel = FileChannel.open(file)) {
            return channel.map(MapMode.READ_ONLY, 0, channel.size(), arena);
        }
    }

    /// Flags of the mappings of a file in the order of addresses, as the kernel tells: `rr` read at random, `sr` in sequence.
    private List<String> flags() throws IOException {
        List<String> found = new ArrayList<>();
        boolean ours = false;
        for (String line : Files.readAllLines(Path.of("/proc/self/smaps"))) {
            if (line.matches("[0-9a-f]+-[0-9a-f]+ .*")) {
                ours = line.endsWith(folder.resolve("pages").toString());
            } else if (ours && line.startsWith("VmFlags:")) {
                found.add(line.contains(" rr") ? "random" : line.contains(" sr") ? "sequential" : "normal");
            }
        }
        return found;
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void theKernelKnowsWhatItWasTold() throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment bytes = map(16, arena);
            int page = MappedMemory.pageBytes();
            assertEquals(List.of("normal"), flags());
            assertTrue(MappedMemory.advise(bytes.asSlice(4L * page + 100, page), Access.RANDOM));
            assertEquals(List.of("normal", "random", "normal"), flags());
            assertTrue(MappedMemory.advise(bytes.asSlice(8L * page), Access.SEQUENTIAL));
            assertEquals(List.of("normal", "random", "normal", "sequential"), flags());
            assertTrue(MappedMemory.advise(bytes, Access.SOON));
            assertEquals(4, flags().size(), "reading soon changes nothing for later");
            assertTrue(MappedMemory.advise(bytes, Access.NORMAL));
            assertEquals(List.of("normal"), flags());
            assertTrue(MappedMemory.resident(bytes, bytes.byteSize() - 1), "written a moment ago");
        }
    }

    @Test
    void otherMemoryTakesNoAdvice() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment anonymous = arena.allocate(1 << 16);
            assertFalse(MappedMemory.advise(anonymous, Access.RANDOM));
            assertFalse(MappedMemory.advise(MemorySegment.ofArray(new byte[100]), Access.RANDOM));
            assertFalse(MappedMemory.advise(MemorySegment.NULL, Access.RANDOM));
            assertTrue(MappedMemory.resident(anonymous, 0));
            ReadAhead.of(anonymous).reach(1 << 15);
        }
    }

    @Test
    void readingAheadStopsAtTheEnd() throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment bytes = map(300, arena);
            MappedMemory.advise(bytes, Access.RANDOM);
            ReadAhead ahead = ReadAhead.of(bytes);
            for (long at = 0; at < bytes.byteSize() + (1 << 20); at += 1000) {
                ahead.reach(at);
            }
            ReadAhead.of(bytes.asSlice(0, 0)).reach(0);
        }
    }
}
