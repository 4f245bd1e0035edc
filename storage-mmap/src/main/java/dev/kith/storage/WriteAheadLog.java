package dev.kith.storage;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/// A log of records on disk. A record is appended whole or not at all; the order of appending is the order of the
/// sequence numbers and of replay. The bytes are described in `docs/format/log.md`.
///
/// {@snippet :
/// WriteAheadLog log = WriteAheadLog.open(Vfs.local(), folder, LogOptions.of(storeId), committed, (sequence, payload) -> apply(payload));
/// long sequence = log.append(payload);
/// log.awaitDurable(sequence); // many threads that wait share one force
/// }
///
/// Safe for many threads; their interrupts neither hurt the log nor cut a wait short. One opener per folder at a time,
/// which the owner ensures with [Vfs#lock].
public final class WriteAheadLog implements AutoCloseable {
    private static final int MOST_VERIFICATIONS = 100;

    private final Vfs vfs;
    private final Path folder;
    private final LogQueue queue;
    private final LogOptions options;
    private final RecoveryReport recovery;
    private final Thread thread;

    private WriteAheadLog(Parts parts, LogQueue queue, RecoveryReport recovery, Thread thread) {
        this.vfs = parts.vfs();
        this.folder = parts.folder();
        this.queue = queue;
        this.options = parts.options();
        this.recovery = recovery;
        this.thread = thread;
    }

    /// Opens the log in a folder and replays what follows `afterSequence`. An empty or absent folder becomes a new log if
    /// `afterSequence` is 0. Nothing is replayed unless the whole log is sound, and what is replayed is on stable storage,
    /// unless the disk is full: then the log opens in state [LogState#NO_SPACE], and [#awaitForced] refuses what it cannot
    /// promise until there is room.
    ///
    /// @param folder        for log files alone; its parent's parents are the caller's to sync
    /// @param afterSequence what the caller already has on stable storage elsewhere; 0 for nothing
    /// @param visitor       receives the records; an exception of its ends the opening
    /// @throws CorruptFileException       if a record, a file or a part that is needed is damaged or missing
    /// @throws UnsupportedFormatException if a newer release wrote it
    public static WriteAheadLog open(Vfs vfs, Path folder, LogOptions options, long afterSequence, LogVisitor visitor)
            throws IOException {
        return start(vfs, folder, new LogRecovery(vfs, folder, options, requireSequence(afterSequence)), options, visitor);
    }

    /// Checks that the log in a folder, which nobody has open, is sound and reaches back to `afterSequence`, without beginning a
    /// new file or replaying.
    ///
    /// @throws CorruptFileException as [#open]
    /// @throws UnsupportedFormatException as [#open]
    public static void check(Vfs vfs, Path folder, LogOptions options, long afterSequence) throws StorageException {
        new LogRecovery(vfs, folder, options, requireSequence(afterSequence)).checkAtRest();
    }

    /// Begins a log that continues a store whose records up to `afterSequence` are elsewhere, such as one restored from a
    /// snapshot.
    ///
    /// @throws FileExistsException if the folder holds a log
    public static WriteAheadLog create(Vfs vfs, Path folder, LogOptions options, long afterSequence) throws IOException {
        requireSequence(afterSequence);
        if (vfs.exists(folder)) {
            for (String name : vfs.list(folder)) {
                if (LogFileName.numberOf(name).isPresent()) {
                    throw new FileExistsException(StorageException.nameOf(folder.resolve(name)), "a log is here already", null);
                }
            }
        }
        long start = System.nanoTime();
        LogRecovery recovery = new LogRecovery(vfs, folder, options, afterSequence);
        LogRecovery.Opened opened = OwnThread.call("kith-log-open", () -> {
            prepareFolder(vfs, folder);
            return recovery.create();
        });
        return start(new Parts(vfs, folder, options, recovery, opened), report(recovery, opened, 0, start));
    }

    private static WriteAheadLog start(Vfs vfs, Path folder, LogRecovery recovery, LogOptions options, LogVisitor visitor)
            throws IOException {
        long start = System.nanoTime();
        LogRecovery.Opened opened = OwnThread.call("kith-log-open", () -> {
            prepareFolder(vfs, folder);
            return recovery.open();
        });
        try {
            long replayed = recovery.replay(visitor);
            return start(new Parts(vfs, folder, options, recovery, opened), report(recovery, opened, replayed, start));
        } catch (IOException | RuntimeException | Error failure) {
            if (opened.writer() != null) {
                opened.writer().close();
            }
            throw failure;
        }
    }

    private record Parts(Vfs vfs, Path folder, LogOptions options, LogRecovery recovery,
            LogRecovery.Opened opened) {}

    private static WriteAheadLog start(Parts parts, RecoveryReport report) {
        LogQueue queue = new LogQueue(StorageException.nameOf(parts.folder()), parts.options(), parts.opened().lastSequence(),
                parts.opened().forced());
        LogWorker worker = new LogWorker(parts.vfs(), parts.folder(), parts.options(), queue, parts.recovery(), parts.opened());
        return new WriteAheadLog(parts, queue, report, OwnThread.start("kith-log", worker));
    }

    private static RecoveryReport report(LogRecovery recovery, LogRecovery.Opened opened, long replayed, long startNanos) {
        return new RecoveryReport(recovery.filesRead(), recovery.recordsFound(), replayed, opened.lastSequence(), recovery.tail(),
                Duration.ofNanos(System.nanoTime() - startNanos));
    }

    private static void prepareFolder(Vfs vfs, Path folder) throws StorageException {
        if (!vfs.exists(folder)) {
            vfs.createDirectories(folder);
        }
        Path parent = folder.toAbsolutePath().getParent();
        if (parent != null) {
            vfs.syncDirectory(parent); // a crash may have come between creating and syncing before
        }
    }

    /// What opening found.
    public RecoveryReport recovery() {
        return recovery;
    }

    /// Appends one record and gives its sequence. Blocks while too much waits for the disk. The record counts for nothing
    /// until [#awaitDurable] has returned.
    ///
    /// @param payload its remaining bytes, at most [LogOptions#maxRecordBytes()]; copied, the buffer is left as it is
    /// @throws NoSpaceException       while the disk is full; the record is not stored
    /// @throws StorageFailedException after a failure that only opening anew heals
    /// @throws StorageClosedException after [#close]
    public long append(ByteBuffer payload) throws StorageException {
        return queue.append(payload);
    }

    /// Returns when the record, and so every one before, is as durable as the log's [Durability] says.
    ///
    /// @throws NoSpaceException       if it could not be stored and is gone
    /// @throws StorageFailedException if it may or may not be stored, which opening anew will show
    public void awaitDurable(long sequence) throws StorageException {
        Durability durability = options.durability();
        queue.await(sequence, !(durability instanceof Durability.OsBuffered), durability instanceof Durability.Sync);
    }

    /// Returns when the record and every one before is on stable storage, whatever the log's [Durability]. Whoever makes
    /// the effect of a record durable elsewhere calls this first: a log that ends before `afterSequence` does not open.
    ///
    /// @throws NoSpaceException       if the log was opened on a full disk and could not make it durable yet
    /// @throws StorageFailedException as [#awaitDurable]
    public void awaitForced(long sequence) throws StorageException {
        queue.await(sequence, true, true);
    }

    /// Sequence of the last record appended; 0 before the first.
    public long lastSequence() {
        return queue.appended();
    }

    /// Every record up to this one is on stable storage.
    public long forcedSequence() {
        return queue.forced();
    }

    /// What the log can do at the moment.
    public LogState state() {
        return queue.state();
    }

    /// What [#verify] read.
    ///
    /// @param files log files
    /// @param bytes of their sound records
    public record Verified(int files, long bytes) {}

    /// Reads the log's files again and checks every record above `afterSequence` that had been written when this was called.
    /// Appending goes on meanwhile; [#discardUpTo] must not be called until this returns.
    ///
    /// @throws CorruptFileException as [#open], and if a record that was written is not there
    public Verified verify(long afterSequence) throws StorageException {
        requireSequence(afterSequence);
        CorruptFileException before = null;
        for (int i = 0;; i++) {
            long written = queue.written();
            LogRecovery check = new LogRecovery(vfs, folder, options, afterSequence);
            try {
                check.checkAlone();
                if (check.lastFound() < written) {
                    throw new CorruptFileException(StorageException.nameOf(folder), check.bytesFound(), "last record of the log",
                            "sequence " + written + " or later", "sequence " + check.lastFound());
                }
                return new Verified(check.filesRead(), check.bytesFound());
            } catch (CorruptFileException e) {
                // A record seen while it was being written looks unsound; the next time it is another one, or none.
                boolean again = before != null && before.file().equals(e.file()) && before.offset() == e.offset();
                if (again || i == MOST_VERIFICATIONS) {
                    throw e;
                }
                before = e;
            }
        }
    }

    /// Deletes the log files that hold nothing beyond `sequence`. The file being written stays; see [#rollOver].
    public void discardUpTo(long sequence) throws StorageException {
        requireSequence(sequence);
        CompletableFuture<Boolean> done = OwnThread.promise();
        queue.submit(new LogQueue.Request.Discard(sequence, done));
        OwnThread.await(done);
    }

    /// Forces everything appended and begins a new file, so that [#discardUpTo] can delete all before it.
    public void rollOver() throws StorageException {
        CompletableFuture<Boolean> done = OwnThread.promise();
        queue.submit(new LogQueue.Request.RollOver(done));
        OwnThread.await(done);
    }

    /// Forces what was appended, whatever the durability, and closes. Idempotent.
    ///
    /// @throws StorageFailedException if that was not possible, or if the log had failed before
    @Override
    public void close() throws StorageException {
        queue.beginClosing();
        OwnThread.join(thread);
        StorageException failure = queue.failure();
        if (failure != null) {
            throw new StorageFailedException(queue.folder(), "the log has failed and must be opened anew", failure);
        }
    }

    private static long requireSequence(long sequence) {
        if (sequence < 0) {
            throw new IllegalArgumentException("sequence must be at least 0, was " + sequence);
        }
        return sequence;
    }
}
