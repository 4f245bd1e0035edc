package dev.kith.storage;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/// Opens the log files of a folder after whatever happened to them, in three steps that can each be cut off by a crash
/// and started over:
///
/// 1. *Check.* The files needed form an unbroken chain: consecutive numbers, each header naming the exact place and
///    checksum at which its predecessor ends. In every file but the newest each record up to that place must be sound.
///    In the newest, the first unsound record is the end of the log if nothing after it says that it had been forced;
///    otherwise it is damage. That a *sound* record follows is no such statement: pages of one unforced write reach the
///    disk in any order.
/// 2. *Make durable.* A new file is made and forced before anyone sees a record. Records that no later one vouches for
///    may stand in the page cache only, and, after a failed force, may never reach the disk by themselves; the new file
///    begins with copies of them, and its header says that the old file counts up to where it was vouched for.
/// 3. *Replay* to the visitor.
final class LogRecovery {
    private final Vfs vfs;
    private final Path folder;
    private final LogOptions options;
    private final long afterSequence;
    private final List<FoundFile> files = new ArrayList<>();
    private long recordsFound;
    /// Every record up to here was on stable storage once, by the word of the witness beside the log.
    private long witnessed;
    private RecoveryReport.Tail tail = new RecoveryReport.Tail(RecoveryReport.Reason.CLEAN, "", 0, 0);

    /// A file of the chain.
    ///
    /// @param header       its checked header
    /// @param end          where its records end as far as they count
    /// @param lastSequence its last record up to there, or that before its first
    record FoundFile(LogFileHeader header, long end, long lastSequence) {}

    /// A log file no longer written.
    record ClosedFile(long logNumber, long lastSequence) {}

    /// What the check and the new file amount to.
    ///
    /// @param writer the new file, or null if there was no space for it; then [#makeDurable] is to be tried again
    /// @param forced every record up to here is known to be on stable storage
    record Opened(@Nullable LogFileWriter writer, Deque<ClosedFile> closed, long lastSequence, long forced) {}

    LogRecovery(Vfs vfs, Path folder, LogOptions options, long afterSequence) {
        this.vfs = vfs;
        this.folder = folder;
        this.options = options;
        this.afterSequence = afterSequence;
    }

    /// Steps 1 and 2. A full disk does not keep a log from being read: then step 2 is left for later.
    Opened open() throws StorageException {
        // What a killed process had done to the folder may be visible and yet not on stable storage. The new file is the
        // successor of what is visible, so that has to last first.
        vfs.syncDirectory(folder);
        witnessed = LogWitness.read(vfs, folder, options.storeId());
        List<Long> numbers = numbers(true);
        if (numbers.isEmpty()) {
            requireNothing();
            return create();
        }
        check(numbers);
        collect(numbers);
        try {
            return makeDurable(0);
        } catch (NoSpaceException full) {
            return new Opened(null, new ArrayDeque<>(), files.getLast().lastSequence(), afterSequence);
        }
    }

    /// Step 1 alone, of a log that nobody writes.
    void checkAtRest() throws StorageException {
        witnessed = LogWitness.read(vfs, folder, options.storeId());
        checkAlone();
    }

    /// Step 1 alone, without the witness, who is busy while the log is in use. Changes nothing.
    void checkAlone() throws StorageException {
        List<Long> numbers = numbers(false);
        if (numbers.isEmpty()) {
            requireNothing();
        } else {
            check(numbers);
        }
    }

    private void requireNothing() throws CorruptFileException {
        if (needed() != 0) {
            throw new CorruptFileException(StorageException.nameOf(folder), 0, "log",
                    "there, reaching to sequence " + needed(), "absent");
        }
    }

    /// How far the log must reach at least.
    private long needed() {
        return Math.max(afterSequence, witnessed);
    }

    /// Step 2 for a folder without a log.
    Opened create() throws StorageException {
        LogFileHeader header = new LogFileHeader(options.storeId(), 1, afterSequence + 1, 0, 0);
        LogFileWriter writer = LogFileWriter.create(vfs, folder, header, 0);
        writer.publish();
        return new Opened(writer, new ArrayDeque<>(), afterSequence, afterSequence);
    }

    /// Step 3; returns how many records the visitor was given.
    long replay(LogVisitor visitor) throws IOException {
        long replayed = 0;
        for (FoundFile found : files) {
            if (found.lastSequence() <= afterSequence) {
                continue;
            }
            try (Arena arena = Arena.ofConfined()) {
                LogScanner scanner = new LogScanner(map(found.header().logNumber(), arena), name(found), found.header());
                while (scanner.position() < found.end()) {
                    if (!scanner.next()) {
                        throw new CorruptFileException(name(found), scanner.position(), "log record", "as it was checked before",
                                "changed since");
                    }
                    if (scanner.isBatch() && scanner.lastSequence() > afterSequence) {
                        visitor.visit(scanner.lastSequence(), scanner.payload());
                        replayed++;
                    }
                }
            }
        }
        return replayed;
    }

    long afterSequence() {
        return afterSequence;
    }

    int filesRead() {
        return files.size();
    }

    long recordsFound() {
        return recordsFound;
    }

    RecoveryReport.Tail tail() {
        return tail;
    }

    /// Sequence of the last sound record found; `afterSequence` if there is no log.
    long lastFound() {
        return files.isEmpty() ? afterSequence : files.getLast().lastSequence();
    }

    /// Bytes of the files that were found sound.
    long bytesFound() {
        return files.stream().mapToLong(FoundFile::end).sum();
    }

    private List<Long> numbers(boolean deleteUnfinished) throws StorageException {
        List<Long> numbers = new ArrayList<>();
        for (String name : vfs.list(folder)) {
            OptionalLong number = LogFileName.numberOf(name);
            if (number.isPresent()) {
                numbers.add(number.getAsLong());
            } else if (deleteUnfinished && LogFileName.isTemporary(name)) {
                vfs.delete(folder.resolve(name));
            }
        }
        numbers.sort(null);
        return numbers;
    }

    private void check(List<Long> numbers) throws StorageException {
        List<LogFileHeader> headers = chainBackwards(numbers);
        for (int i = 0; i < headers.size(); i++) {
            LogFileHeader header = headers.get(i);
            FoundFile found = i + 1 < headers.size() ? checkClosed(header, headers.get(i + 1)) : checkNewest(header);
            files.add(found);
        }
        FoundFile newest = files.getLast();
        if (newest.lastSequence() < needed()) {
            throw new CorruptFileException(name(newest), newest.end(), "last record of the log",
                    "sequence " + needed() + " or later"
                            + (needed() == afterSequence ? "" : " (as " + LogWitness.NAME + " beside it says)"),
                    "sequence " + newest.lastSequence());
        }
    }

    /// Headers of the files needed, oldest first: from the newest back to the one that holds what follows
    /// `afterSequence`. What lies before is not needed, whatever state it is in.
    private List<LogFileHeader> chainBackwards(List<Long> numbers) throws StorageException {
        List<LogFileHeader> headers = new ArrayList<>();
        for (int i = numbers.size() - 1; i >= 0; i--) {
            LogFileHeader header = readHeader(numbers.get(i));
            headers.addFirst(header);
            if (header.firstSequence() <= afterSequence + 1) {
                return headers;
            }
            if (i > 0 && numbers.get(i - 1) != header.logNumber() - 1) {
                throw new CorruptFileException(StorageException.nameOf(folder.resolve(LogFileName.of(header.logNumber() - 1))), 0,
                        "log file", "present", "absent");
            }
        }
        LogFileHeader oldest = headers.getFirst();
        throw new CorruptFileException(StorageException.nameOf(folder.resolve(LogFileName.of(oldest.logNumber()))), 0,
                "first record of the log", "sequence " + (afterSequence + 1) + " or earlier",
                "sequence " + oldest.firstSequence());
    }

    private LogFileHeader readHeader(long number) throws StorageException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment bytes = map(number, arena);
            String name = StorageException.nameOf(folder.resolve(LogFileName.of(number)));
            if (bytes.byteSize() < LogFileHeader.BYTES) {
                throw new CorruptFileException(name, 0, "file length", "at least " + LogFileHeader.BYTES,
                        Long.toString(bytes.byteSize()));
            }
            try {
                byte[] header = bytes.asSlice(0, LogFileHeader.BYTES).toArray(ValueLayout.JAVA_BYTE);
                return LogFileHeader.decode(header, name, options.storeId(), number);
            } catch (InternalError unreadable) {
                throw new CorruptFileException(name, 0, "mapped memory", "readable", "unreadable", unreadable);
            }
        }
    }

    private FoundFile checkClosed(LogFileHeader header, LogFileHeader successor) throws StorageException {
        try (Arena arena = Arena.ofConfined()) {
            LogScanner scanner = scanner(header, arena);
            while (scanner.position() < successor.predecessorBytes()) {
                if (!scanner.next()) {
                    throw damaged(scanner, header, "its successor counts on the file up to byte " + successor.predecessorBytes());
                }
                count(scanner);
            }
            if (scanner.position() != successor.predecessorBytes() || scanner.chain() != successor.predecessorCrc()) {
                throw new CorruptFileException(name(successor), 0, "predecessor of the log file",
                        "ending at byte " + successor.predecessorBytes() + " with " + Fields.hex(successor.predecessorCrc()),
                        "at byte " + scanner.position() + " with " + Fields.hex(scanner.chain()));
            }
            if (successor.firstSequence() <= scanner.lastSequence()) {
                throw new CorruptFileException(name(successor), 0, "first sequence",
                        "beyond " + scanner.lastSequence(), Long.toString(successor.firstSequence()));
            }
            return new FoundFile(header, scanner.position(), scanner.lastSequence());
        }
    }

    private FoundFile checkNewest(LogFileHeader header) throws StorageException {
        try (Arena arena = Arena.ofConfined()) {
            LogScanner scanner = scanner(header, arena);
            while (scanner.next()) {
                count(scanner);
            }
            long vouched = scanner.vouchedBeyond();
            if (vouched >= 0) {
                throw damaged(scanner, header, "a later record says that everything up to sequence " + vouched + " was forced");
            }
            RecoveryReport.Reason reason = scanner.remaining() == 0
                    ? RecoveryReport.Reason.CLEAN
                    : scanner.onlyZerosFollow() ? RecoveryReport.Reason.ZEROS : RecoveryReport.Reason.TORN;
            tail = new RecoveryReport.Tail(reason, LogFileName.of(header.logNumber()), scanner.position(), scanner.remaining());
            return new FoundFile(header, scanner.position(), scanner.lastSequence());
        }
    }

    private void count(LogScanner scanner) {
        if (scanner.isBatch()) {
            recordsFound++;
        }
    }

    private CorruptFileException damaged(LogScanner scanner, LogFileHeader header, String why) {
        return new CorruptFileException(StorageException.nameOf(folder.resolve(LogFileName.of(header.logNumber()))),
                scanner.position(), "log record after sequence " + scanner.lastSequence(), "sound (" + why + ")", "unsound");
    }

    /// Step 2 for a folder with a log.
    ///
    /// @param probeBytes space there must be besides
    Opened makeDurable(int probeBytes) throws StorageException {
        FoundFile newest = files.getLast();
        try (Arena arena = Arena.ofConfined()) {
            Vouched vouched = vouched(newest, arena);
            LogFileHeader header = new LogFileHeader(options.storeId(), newest.header().logNumber() + 1, vouched.sequence() + 1,
                    vouched.end(), vouched.chain());
            LogFileWriter writer = LogFileWriter.create(vfs, folder, header, probeBytes);
            try {
                copyTail(newest, vouched, writer, arena);
            } catch (StorageException | RuntimeException | Error failure) {
                writer.abandon(failure);
                throw failure;
            }
            writer.publish();
            Deque<ClosedFile> closed = new ArrayDeque<>();
            for (FoundFile found : files) {
                closed.add(
                        new ClosedFile(found.header().logNumber(), found == newest ? vouched.sequence() : found.lastSequence()));
            }
            return new Opened(writer, closed, newest.lastSequence(), newest.lastSequence());
        }
    }

    /// How far the newest file is known to be on stable storage by its own word.
    private record Vouched(long sequence, long end, int chain) {}

    private Vouched vouched(FoundFile newest, Arena arena) throws StorageException {
        LogScanner all = scanner(newest.header(), arena);
        long durable = newest.header().firstSequence() - 1;
        while (all.position() < newest.end() && all.next()) {
            durable = Math.max(durable, all.record().durableSequence());
        }
        LogScanner some = scanner(newest.header(), arena);
        while (some.lastSequence() < durable && some.next()) {}
        return new Vouched(some.lastSequence(), some.position(), some.chain());
    }

    private void copyTail(FoundFile newest, Vouched vouched, LogFileWriter writer, Arena arena) throws StorageException {
        LogScanner scanner = scanner(newest.header(), arena);
        LogGroup group = new LogGroup();
        while (scanner.position() < newest.end() && scanner.next()) {
            if (scanner.isBatch() && scanner.lastSequence() > vouched.sequence()) {
                ByteBuffer payload = scanner.payload();
                if (!group.isEmpty() && (long) group.usedBytes() + payload.remaining() > options.bufferBytes()) {
                    writer.append(group, vouched.sequence());
                    group.clear(options.bufferBytes());
                }
                group.add(scanner.lastSequence(), payload);
            }
        }
        writer.append(group, vouched.sequence());
    }

    /// Deletes what lies before the chain.
    private void collect(List<Long> numbers) throws StorageException {
        long oldestNeeded = files.getFirst().header().logNumber();
        for (long number : numbers) {
            if (number < oldestNeeded) {
                vfs.delete(folder.resolve(LogFileName.of(number)));
            }
        }
    }

    private LogScanner scanner(LogFileHeader header, Arena arena) throws StorageException {
        return new LogScanner(map(header.logNumber(), arena), name(header), header);
    }

    private MemorySegment map(long number, Arena arena) throws StorageException {
        MemorySegment bytes = vfs.map(folder.resolve(LogFileName.of(number)), arena);
        MappedMemory.advise(bytes, Access.SEQUENTIAL);
        return bytes;
    }

    private String name(FoundFile found) {
        return name(found.header());
    }

    private String name(LogFileHeader header) {
        return StorageException.nameOf(folder.resolve(LogFileName.of(header.logNumber())));
    }
}
