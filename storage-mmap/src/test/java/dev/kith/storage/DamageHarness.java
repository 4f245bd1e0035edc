package dev.kith.storage;

import dev.kith.storage.fault.CrashVfs;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/// Flips every bit of a small container and a small log, cuts them at every length, deletes the log's files, and asks each
/// time whether what is then read is either refused with a typed error or the very same.
final class DamageHarness {
    static final UUID STORE = new UUID(0xd0d0, 7);
    private static final Path ROOT = Path.of("/disk");
    private static final Path FOLDER = ROOT.resolve("log");
    private static final LogOptions OPTIONS = new LogOptions(STORE, Durability.SYNC, 4096, 1 << 12, 1 << 13);

    /// What the cases came to.
    static final class Outcome {
        long cases;
        long refused;
        long same;
        long shortened;
        final List<String> violations = new ArrayList<>();

        @Override
        public String toString() {
            return cases + " cases: " + refused + " refused, " + same + " harmless, " + shortened + " shortened and reported, "
                    + violations.size() + " violations";
        }
    }

    private DamageHarness() {}

    /// See [LogCrashHarness#firstViolation]; `what` is `container` or `log`.
    static String firstViolation(String what) throws IOException {
        Outcome outcome = switch (what) {
            case "container" -> container();
            case "log" -> log(true, false);
            default -> logLost(false, true);
        };
        return outcome.violations.isEmpty() ? "" : outcome.violations.getFirst();
    }

    static Outcome container() throws IOException {
        MemorySink sink = new MemorySink();
        ContainerWriter writer = new ContainerWriter(sink, new ContainerKind("TEST", 3), STORE);
        for (long id = 1; id <= 3; id++) {
            byte[] content = ("section " + id + " ").repeat((int) (id * 5)).getBytes(StandardCharsets.US_ASCII);
            writer.beginSection(id).write(content, 0, content.length);
            writer.endSection();
        }
        writer.finish();
        byte[] bytes = sink.toByteArray();
        String sound = read(bytes);
        Outcome outcome = new Outcome();
        for (int bit = 0; bit < bytes.length * 8; bit++) {
            byte[] damaged = bytes.clone();
            damaged[bit / 8] ^= (byte) (1 << bit % 8);
            judgeContainer(outcome, sound, damaged, "bit " + bit % 8 + " of byte " + bit / 8);
            if (!outcome.violations.isEmpty()) {
                return outcome;
            }
        }
        for (int length = 0; length < bytes.length; length++) {
            judgeContainer(outcome, sound, Arrays.copyOf(bytes, length), "length " + length);
        }
        return outcome;
    }

    private static void judgeContainer(Outcome outcome, String sound, byte[] damaged, String what) {
        outcome.cases++;
        try {
            if (read(damaged).equals(sound)) {
                outcome.same++;
            } else {
                outcome.violations.add("container, " + what + ": other content");
            }
        } catch (CorruptFileException | UnsupportedFormatException refused) {
            outcome.refused++;
        } catch (Exception | Error wrong) {
            outcome.violations.add("container, " + what + ": " + wrong);
        }
    }

    private static String read(byte[] bytes) throws StorageException {
        Container container = Container.open(MemorySegment.ofArray(bytes), "container");
        container.verify();
        StringBuilder all = new StringBuilder().append(container.kind()).append(container.identity());
        for (long id : container.sectionIds()) {
            all.append(id).append(Arrays.toString(container.section(id).toArray(ValueLayout.JAVA_BYTE)));
        }
        return all.toString();
    }

    /// Flips every bit.
    ///
    /// @param closed  false leaves the log as a crash right after the last acknowledgement does: no record vouches for the
    ///                last one yet
    /// @param witness whether the witness is there; without it, as after a power cut that took it, the last record of a log
    ///                that was not closed may be dropped, but not silently
    static Outcome log(boolean closed, boolean witness) throws IOException {
        Map<Path, byte[]> files = files(closed, witness);
        Outcome outcome = new Outcome();
        List<String> sound = new ArrayList<>();
        replay(files, sound);
        for (Map.Entry<Path, byte[]> file : files.entrySet()) {
            byte[] bytes = file.getValue();
            for (int bit = 0; bit < bytes.length * 8; bit++) {
                byte[] damaged = bytes.clone();
                damaged[bit / 8] ^= (byte) (1 << bit % 8);
                judgeLog(outcome, sound, replaced(files, file.getKey(), damaged), closed || witness ? 0 : 1,
                        file.getKey() + ": bit " + bit % 8 + " of byte " + bit / 8);
                if (!outcome.violations.isEmpty()) {
                    return outcome;
                }
            }
        }
        return outcome;
    }

    /// Cuts each file at every length, and deletes it. Without the witness any number of the last records may be missing.
    static Outcome logLost(boolean closed, boolean witness) throws IOException {
        Map<Path, byte[]> files = files(closed, witness);
        Outcome outcome = new Outcome();
        List<String> sound = new ArrayList<>();
        replay(files, sound);
        int mayDrop = witness ? 0 : Integer.MAX_VALUE;
        for (Path file : files.keySet()) {
            for (int length = 0; length < files.get(file).length; length++) {
                judgeLog(outcome, sound, replaced(files, file, Arrays.copyOf(files.get(file), length)), mayDrop,
                        file + ": length " + length);
            }
            Map<Path, byte[]> others = new LinkedHashMap<>(files);
            others.remove(file);
            judgeLog(outcome, sound, others, mayDrop, file + ": deleted");
        }
        return outcome;
    }

    private static Map<Path, byte[]> files(boolean closed, boolean witness) throws IOException {
        CrashVfs disk = new CrashVfs(ROOT);
        write(disk, closed);
        Map<Path, byte[]> files = new LinkedHashMap<>();
        for (String name : disk.list(FOLDER)) {
            if (witness || !name.equals(LogWitness.NAME)) {
                files.put(FOLDER.resolve(name), disk.readAll(FOLDER.resolve(name), 1 << 20));
            }
        }
        return files;
    }

    private static Map<Path, byte[]> replaced(Map<Path, byte[]> files, Path file, byte[] bytes) {
        Map<Path, byte[]> copy = new LinkedHashMap<>(files);
        copy.put(file, bytes);
        return copy;
    }

    private static void write(CrashVfs disk, boolean closed) throws IOException {
        for (int session = 0; session < 2; session++) {
            WriteAheadLog log = WriteAheadLog.open(disk, FOLDER, OPTIONS, 0, (_, _) -> {});
            for (int i = 0; i < 4; i++) {
                log.awaitDurable(log.append(ByteBuffer.wrap(("payload " + i).repeat(i).getBytes(StandardCharsets.US_ASCII))));
            }
            if (session == 0) {
                log.rollOver();
            } else {
                long end = disk.size(FOLDER.resolve(disk.list(FOLDER).getLast()));
                log.close();
                if (!closed) {
                    try (VfsFile file = disk.openWrite(FOLDER.resolve(disk.list(FOLDER).getLast()), WriteMode.APPEND)) {
                        file.truncate(Math.min(end, file.position() - LogRecordHeader.FRAME_BYTES));
                    }
                }
                return;
            }
            log.close();
        }
    }

    private static RecoveryReport replay(Map<Path, byte[]> files, List<String> into) throws IOException {
        CrashVfs disk = new CrashVfs(ROOT);
        disk.createDirectories(FOLDER);
        for (Map.Entry<Path, byte[]> file : files.entrySet()) {
            try (VfsFile copy = disk.openWrite(file.getKey(), WriteMode.CREATE_NEW)) {
                copy.write(ByteBuffer.wrap(file.getValue()));
            }
        }
        try (WriteAheadLog log = WriteAheadLog.open(disk, FOLDER, OPTIONS, 0,
                (sequence, payload) -> into.add(sequence + ":" + Arrays.toString(payload.array())))) {
            return log.recovery();
        }
    }

    /// @param mayDrop how many of the last records may be missing if that is reported
    private static void judgeLog(Outcome outcome, List<String> sound, Map<Path, byte[]> files, int mayDrop, String what) {
        outcome.cases++;
        List<String> found = new ArrayList<>();
        try {
            RecoveryReport report = replay(files, found);
            if (found.equals(sound)) {
                outcome.same++;
            } else if (sound.size() - found.size() <= mayDrop && found.equals(sound.subList(0, found.size()))
                    && (report.dropped() || mayDrop == Integer.MAX_VALUE)) {
                outcome.shortened++;
            } else {
                outcome.violations.add("log, " + what + ": other records " + found);
            }
        } catch (CorruptFileException | UnsupportedFormatException refused) {
            outcome.refused++;
            if (!found.isEmpty()) {
                outcome.violations.add("log, " + what + ": refused after replaying " + found.size() + " records");
            }
        } catch (Exception | Error wrong) {
            outcome.violations.add("log, " + what + ": " + wrong);
        }
    }
}
