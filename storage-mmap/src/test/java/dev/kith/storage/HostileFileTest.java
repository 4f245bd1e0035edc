package dev.kith.storage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.kith.storage.fault.CrashVfs;
import java.io.IOException;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/// Files that somebody made up, with every checksum right. Whatever they say, the answer is a typed error or memory that
/// lies inside the file. `-Dkith.hostile.rounds=` runs more, `-Dkith.seed=` others.
class HostileFileTest {
    private static final int ROUNDS = Integer.getInteger("kith.hostile.rounds", 20_000);
    private static final long SEED = Long.getLong("kith.seed", 1);
    private static final UUID STORE = new UUID(3, 3);
    private static final Path FOLDER = Path.of("/disk/log");
    private static final LogOptions OPTIONS = new LogOptions(STORE, Durability.SYNC, 4096, 1 << 12, 1 << 13);

    @Test
    void noContainerWithRightChecksumsLeadsOutsideItself() throws IOException {
        Random random = new Random(SEED);
        byte[] sound = container();
        int opened = 0;
        for (int round = 0; round < ROUNDS; round++) {
            byte[] bytes = sound.clone();
            for (int change = 0; change <= random.nextInt(3); change++) {
                switch (random.nextInt(3)) {
                    case 0 -> scramble(random, bytes, 0, ContainerHeader.LAYOUT);
                    case 1 -> scramble(random, bytes, bytes.length - ContainerFooter.BYTES, ContainerFooter.LAYOUT);
                    default -> scramble(random, bytes, tableOffset(bytes) + random.nextInt(3) * ContainerSection.BYTES,
                            ContainerSection.LAYOUT);
                }
            }
            sealContainer(bytes);
            try {
                Container container = Container.open(MemorySegment.ofArray(bytes), "hostile");
                opened++;
                long total = 0;
                for (long id : container.sectionIds()) {
                    total += container.section(id).byteSize();
                }
                assertTrue(total <= bytes.length, "sections overlap, seed " + SEED + " round " + round);
                container.verify();
            } catch (CorruptFileException | UnsupportedFormatException typed) {
                assertEquals("hostile", typed.file());
            }
        }
        assertTrue(opened > ROUNDS / 100, "too few passed to prove anything: " + opened);
    }

    @Test
    void overlappingRepeatedAndOutlyingSectionsAreRefused() throws IOException {
        byte[] sound = container();
        int table = tableOffset(sound);
        int idOfFirst = table;
        int offsetOfSecond = table + ContainerSection.BYTES + 8;
        int lengthOfSecond = table + ContainerSection.BYTES + 16;
        long[][] lies = {{idOfFirst, 2}, {offsetOfSecond, 64}, {offsetOfSecond, table + 64}, {offsetOfSecond, 100},
                {offsetOfSecond, Long.MIN_VALUE}, {lengthOfSecond, table}, {lengthOfSecond, Long.MAX_VALUE},
                {lengthOfSecond, -1}};
        for (long[] lie : lies) {
            byte[] bytes = sound.clone();
            MemorySegment.ofArray(bytes).set(Fields.LONG, lie[0], lie[1]);
            sealContainer(bytes);
            assertThrows(CorruptFileException.class, () -> Container.open(MemorySegment.ofArray(bytes), "hostile"),
                    () -> Arrays.toString(lie));
        }
    }

    @Test
    void noLogWithRightChecksumsCrashesOrHangs() throws IOException {
        Random random = new Random(SEED);
        int opened = 0;
        int rounds = ROUNDS / 10;
        for (int round = 0; round < rounds; round++) {
            byte[] bytes = log(random);
            CrashVfs disk = new CrashVfs(Path.of("/disk"));
            disk.createDirectories(FOLDER);
            try (VfsFile file = disk.openWrite(FOLDER.resolve(LogFileName.of(1)), WriteMode.CREATE_NEW)) {
                file.write(ByteBuffer.wrap(bytes));
            }
            List<Long> found = new ArrayList<>();
            try (WriteAheadLog log = WriteAheadLog.open(disk, FOLDER, OPTIONS, 0, (sequence, _) -> found.add(sequence))) {
                opened++;
                for (int i = 0; i < found.size(); i++) {
                    assertEquals(i + 1, found.get(i), "seed " + SEED + " round " + round);
                }
                assertEquals(found.size(), log.lastSequence());
            } catch (CorruptFileException | UnsupportedFormatException typed) {
                assertTrue(typed.file().endsWith(".log"), typed.file());
            }
        }
        assertTrue(opened > rounds / 100, "too few passed to prove anything: " + opened);
    }

    private static byte[] container() throws IOException {
        MemorySink sink = new MemorySink();
        ContainerWriter writer = new ContainerWriter(sink, new ContainerKind("TEST", 1), STORE);
        for (long id = 1; id <= 3; id++) {
            byte[] content = ("section " + id).repeat((int) id * 4).getBytes(StandardCharsets.US_ASCII);
            writer.beginSection(id).write(content, 0, content.length);
            writer.endSection();
        }
        writer.finish();
        return sink.toByteArray();
    }

    /// A few records with lies in their headers, all summed.
    private static byte[] log(Random random) {
        LogFileHeader header = new LogFileHeader(STORE, 1, 1, random.nextInt(4) == 0 ? random.nextLong() : 0, random.nextInt(2));
        byte[] salt = LogRecordHeader.salt(STORE, 1);
        MemorySink sink = new MemorySink();
        sink.write(MemorySegment.ofArray(header.encode()));
        int chain = header.crc();
        for (int i = 1; i <= 1 + random.nextInt(5); i++) {
            int length = random.nextInt(50);
            byte[] record = new byte[LogRecordHeader.FRAME_BYTES + length];
            chain = new LogRecordHeader(length, LogRecordHeader.BATCH, i, i - 1, chain).seal(record, 0, salt);
            if (random.nextInt(4) == 0) {
                scramble(random, record, 0, LogRecordHeader.LAYOUT);
                MemorySegment segment = MemorySegment.ofArray(record);
                segment.set(Fields.INT, LogRecordHeader.CRC_AT,
                        LogRecordHeader.crc(salt, record, 0, (int) LogRecordHeader.CRC_AT));
                chain = LogRecordHeader.crc(salt, record, 0, record.length - Integer.BYTES);
                segment.set(Fields.INT, record.length - Integer.BYTES, chain);
            }
            sink.write(MemorySegment.ofArray(record));
        }
        byte[] bytes = sink.toByteArray();
        return random.nextInt(4) == 0 ? Arrays.copyOf(bytes, bytes.length - random.nextInt(60)) : bytes;
    }

    /// Puts a value of the kind that breaks readers into one field.
    private static void scramble(Random random, byte[] bytes, int at, StructLayout layout) {
        List<MemoryLayout> fields = layout.memberLayouts();
        int chosen = random.nextInt(fields.size());
        long offset = at;
        for (int i = 0; i < chosen; i++) {
            offset += fields.get(i).byteSize();
        }
        MemorySegment target = MemorySegment.ofArray(bytes);
        long value = switch (random.nextInt(6)) {
            case 0 -> 0;
            case 1 -> -1;
            case 2 -> random.nextInt(1000);
            case 3 -> Integer.MAX_VALUE - random.nextInt(3);
            case 4 -> Long.MAX_VALUE - random.nextInt(100);
            default -> 64L * random.nextInt(20);
        };
        switch (fields.get(chosen)) {
            case ValueLayout.OfLong _ -> target.set(Fields.LONG, offset, value);
            case ValueLayout.OfInt _ -> target.set(Fields.INT, offset, (int) value);
            case MemoryLayout other -> target.set(Fields.BYTE, offset + random.nextInt((int) other.byteSize()), (byte) value);
        }
    }

    private static int tableOffset(byte[] container) {
        long offset = MemorySegment.ofArray(container).get(Fields.LONG,
                container.length - ContainerFooter.BYTES + Fields.offset(ContainerFooter.LAYOUT, "tableOffset"));
        return offset > 0 && offset < container.length - 3 * ContainerSection.BYTES - ContainerFooter.BYTES ? (int) offset : 256;
    }

    /// Makes every checksum right, as far as the sizes allow.
    private static void sealContainer(byte[] bytes) {
        MemorySegment all = MemorySegment.ofArray(bytes);
        int footer = bytes.length - ContainerFooter.BYTES;
        int headerCrc = Checksums.crc32c(bytes, 0, 60);
        all.set(Fields.INT, 60, headerCrc);
        int table = tableOffset(bytes);
        all.set(Fields.INT, table + 3 * ContainerSection.BYTES, Checksums.crc32c(bytes, 0, table));
        all.set(Fields.INT, footer + Fields.offset(ContainerFooter.LAYOUT, "tableCrc"),
                Checksums.crc32c(bytes, table, footer - table));
        all.set(Fields.INT, footer + Fields.offset(ContainerFooter.LAYOUT, "headerCrc"), headerCrc);
        all.set(Fields.INT, footer + 60L, Checksums.crc32c(bytes, footer, 60));
    }
}
