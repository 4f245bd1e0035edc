package dev.kith.storage;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.kith.core.ByteSink;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ContainerTest {
    private static final ContainerKind KIND = new ContainerKind("TEST", 2);
    private static final UUID OWNER = new UUID(0x0011223344556677L, 0x8899aabbccddeeffL);
    private static final byte[] SMALL = random(1, 100);
    private static final byte[] LARGE = random(2, 3 * 65536 + 17);

    @TempDir Path folder;

    @Test
    void everySectionComesBackAsWritten() throws IOException {
        Container container = Container.open(MemorySegment.ofArray(sample()), "sample", KIND);
        container.verify();
        assertEquals(KIND, container.kind());
        assertEquals(OWNER, container.identity());
        assertEquals(List.of(7L, -1L, 8L), container.sectionIds());
        assertArrayEquals(SMALL, content(container, 7));
        assertArrayEquals(new byte[0], content(container, -1));
        assertArrayEquals(LARGE, content(container, 8));
        for (long id : container.sectionIds()) {
            container.verifySection(id);
            assertEquals(0, container.sectionOffset(id) % 64);
            assertTrue(container.section(id).isReadOnly());
        }
        assertFalse(container.hasSection(9));
        assertThrows(CorruptFileException.class, () -> container.section(9));
    }

    @Test
    void readsAtAnyAlignmentOfTheMemory() throws IOException {
        byte[] sample = sample();
        try (Arena arena = Arena.ofConfined()) {
            for (int shift = 0; shift < 9; shift++) {
                MemorySegment memory = arena.allocate(sample.length + shift, 64).asSlice(shift);
                memory.copyFrom(MemorySegment.ofArray(sample));
                Container container = Container.open(memory, "shifted by " + shift);
                container.verify();
                assertArrayEquals(LARGE, content(container, 8));
            }
        }
    }

    @Test
    void theBytesDoNotDependOnHowTheyAreHandedOver() throws IOException {
        MemorySink sink = new MemorySink();
        ContainerWriter writer = new ContainerWriter(sink, KIND, OWNER);
        ByteSink small = writer.beginSection(7);
        for (byte b : SMALL) {
            small.write(new byte[]{0, b, 0}, 1, 1);
        }
        writer.endSection();
        writer.beginSection(-1);
        writer.endSection();
        ByteSink large = writer.beginSection(8);
        Random random = new Random(3);
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment memory = arena.allocate(LARGE.length);
            memory.copyFrom(MemorySegment.ofArray(LARGE));
            for (int at = 0; at < LARGE.length;) {
                int count = Math.min(LARGE.length - at, random.nextInt(70_000));
                large.write(memory.asSlice(at, count));
                at += count;
                assertEquals(at, large.position());
            }
        }
        writer.endSection();
        writer.finish();
        assertArrayEquals(sample(), sink.toByteArray());
    }

    @Test
    void aContainerWithoutSectionsIsSound() throws IOException {
        MemorySink sink = new MemorySink();
        long length = new ContainerWriter(sink, KIND).finish();
        assertEquals(length, sink.position());
        Container container = Container.open(MemorySegment.ofArray(sink.toByteArray()), "empty");
        container.verify();
        assertEquals(List.of(), container.sectionIds());
        assertEquals(ContainerWriter.NO_IDENTITY, container.identity());
    }

    @Test
    void misuseOfTheWriterIsRefused() throws IOException {
        ContainerWriter writer = new ContainerWriter(new MemorySink(), KIND);
        assertThrows(IllegalStateException.class, writer::endSection);
        ByteSink first = writer.beginSection(1);
        assertThrows(IllegalStateException.class, () -> writer.beginSection(2));
        assertThrows(IllegalStateException.class, writer::finish);
        writer.endSection();
        assertThrows(IllegalStateException.class, () -> first.write(new byte[1], 0, 1));
        assertThrows(IllegalArgumentException.class, () -> writer.beginSection(1));
        writer.beginSection(2);
        assertThrows(IllegalStateException.class, () -> first.write(MemorySegment.ofArray(new byte[1])));
        writer.endSection();
        writer.finish();
        assertThrows(IllegalStateException.class, writer::finish);
        assertThrows(IllegalArgumentException.class, () -> new ContainerKind("TOOLONG", 1));
        assertThrows(IllegalArgumentException.class, () -> new ContainerKind("ABCD", 0));
    }

    @Test
    void everyTruncationAndEveryExtensionIsDetected() throws IOException {
        byte[] sample = sample();
        Random random = new Random(4);
        for (int round = 0; round < 2_000; round++) {
            int length = round < 300 ? round : sample.length - 1 - random.nextInt(sample.length - 1);
            byte[] cut = Arrays.copyOf(sample, length);
            assertThrows(CorruptFileException.class, () -> Container.open(MemorySegment.ofArray(cut), "cut"), "length " + length);
        }
        byte[] longer = Arrays.copyOf(sample, sample.length + 64);
        assertThrows(CorruptFileException.class, () -> Container.open(MemorySegment.ofArray(longer), "longer"));
    }

    @Test
    void anotherKindAndANewerVersionAreNamed() throws IOException {
        MemorySegment sample = MemorySegment.ofArray(sample());
        UnsupportedFormatException kind = assertThrows(UnsupportedFormatException.class,
                () -> Container.open(sample, "sample", new ContainerKind("GRPH", 1)));
        assertEquals("TEST", kind.found());
        UnsupportedFormatException version = assertThrows(UnsupportedFormatException.class,
                () -> Container.open(sample, "sample", new ContainerKind("TEST", 1)));
        assertEquals("2", version.found());

        sample.set(Fields.INT, Fields.offset(ContainerHeader.LAYOUT, "version"), 2);
        sealHeader(sample);
        UnsupportedFormatException newer = assertThrows(UnsupportedFormatException.class, () -> Container.open(sample, "sample"));
        assertEquals("container version", newer.what());
        assertEquals("2", newer.found());
        assertEquals("sample", newer.file());
    }

    @Test
    void damageNamesFileOffsetExpectedAndFound() throws IOException {
        byte[] sample = sample();
        sample[70_000] ^= 1;
        Container container = Container.open(MemorySegment.ofArray(sample), "some/file");
        CorruptFileException damage = assertThrows(CorruptFileException.class, container::verify);
        assertEquals("some/file", damage.file());
        assertEquals(65536, damage.offset());
        assertEquals("checksum of block 1", damage.what());
        assertTrue(damage.getMessage().contains(damage.expected()) && damage.getMessage().contains(damage.found()));
        container.verifySection(7);
        assertThrows(CorruptFileException.class, () -> container.verifySection(8));
    }

    @Test
    void aFileIsPublishedWholeOrNotAtAll() throws IOException {
        Path target = folder.resolve("segment-1.kith");
        Vfs vfs = Vfs.local();
        try (SegmentFileWriter writer = SegmentFileWriter.create(vfs, target, KIND, OWNER)) {
            writer.beginSection(1).write(SMALL, 0, SMALL.length);
            writer.endSection();
        }
        assertEquals(List.of(), vfs.list(folder));

        vfs.openWrite(folder.resolve("segment-1.kith.tmp"), WriteMode.CREATE_NEW).close();
        try (SegmentFileWriter writer = SegmentFileWriter.create(vfs, target, KIND, OWNER)) {
            writer.beginSection(1).write(SMALL, 0, SMALL.length);
            writer.endSection();
            assertEquals(writer.finish(), vfs.size(target));
        }
        assertEquals(List.of("segment-1.kith"), vfs.list(folder));
        try (ContainerFile file = ContainerFile.open(vfs, target, KIND)) {
            file.container().verify();
            assertArrayEquals(SMALL, content(file.container(), 1));
        }
        assertThrows(FileExistsException.class, () -> SegmentFileWriter.create(vfs, target, KIND, OWNER));
        assertThrows(MissingFileException.class, () -> ContainerFile.open(vfs, folder.resolve("absent"), KIND));
    }

    @Test
    void aMappedFileCutShortThrowsAndDoesNotEndTheJvm() throws IOException {
        Path target = folder.resolve("segment-1.kith");
        try (SegmentFileWriter writer = SegmentFileWriter.create(Vfs.local(), target, KIND, OWNER)) {
            writer.beginSection(1).write(LARGE, 0, LARGE.length);
            writer.endSection();
            writer.finish();
        }
        try (ContainerFile file = ContainerFile.open(Vfs.local(), target, KIND)) {
            for (int i = 0; i < 300; i++) {
                file.container().verify(); // long enough for compiled code
            }
            try (VfsFile cut = Vfs.local().openWrite(target, WriteMode.APPEND)) {
                cut.truncate(8192);
            }
            CorruptFileException damage = assertThrows(CorruptFileException.class, () -> file.container().verify());
            assertEquals("unreadable", damage.found());
        }
    }

    static byte[] sample() throws IOException {
        MemorySink sink = new MemorySink();
        ContainerWriter writer = new ContainerWriter(sink, KIND, OWNER);
        writer.beginSection(7).write(SMALL, 0, SMALL.length);
        writer.endSection();
        writer.beginSection(-1);
        writer.endSection();
        writer.beginSection(8).write(MemorySegment.ofArray(LARGE));
        writer.endSection();
        assertEquals(writer.finish(), sink.position());
        return sink.toByteArray();
    }

    static void sealHeader(MemorySegment container) {
        byte[] header = container.asSlice(0, ContainerHeader.BYTES).toArray(ValueLayout.JAVA_BYTE);
        container.set(Fields.INT, Fields.offset(ContainerHeader.LAYOUT, "headerCrc"), Checksums.crc32c(header, 0, 60));
    }

    private static byte[] content(Container container, long id) throws IOException {
        return container.section(id).toArray(ValueLayout.JAVA_BYTE);
    }

    private static byte[] random(long seed, int length) {
        byte[] bytes = new byte[length];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }
}
