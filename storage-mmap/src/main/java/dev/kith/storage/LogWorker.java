package dev.kith.storage;

import java.nio.file.Path;
import java.util.Deque;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/// The log's own thread: the only one that writes, forces, renames and deletes its files. Whatever has been appended
/// while it forced goes to the disk together the next time, with what the writers append that the force released ([Gathering]); that
/// is the whole of group commit.
final class LogWorker implements Runnable {
    /// Idle time after which a record is vouched for even though no later one has come.
    static final long MARKER_NANOS = TimeUnit.MILLISECONDS.toNanos(50);
    /// When a log without space looks for some first, and the longest it waits after looking in vain ever longer.
    static final long SPACE_NANOS = TimeUnit.MILLISECONDS.toNanos(200);
    private static final long MAX_SPACE_NANOS = 16 * SPACE_NANOS;
    private static final long NO_MEMORY_NANOS = TimeUnit.MILLISECONDS.toNanos(10);
    /// Space that must be there before appending is allowed again.
    private static final int SPACE_BYTES = 1 << 16;

    private final Vfs vfs;
    private final Path folder;
    private final LogOptions options;
    private final LogQueue queue;
    private final Deque<LogRecovery.ClosedFile> closedFiles;
    private final LogRecovery recovery;
    private final LogWitness witness;
    /// Null while a full disk has kept the log from beginning a file since it was opened.
    private @Nullable LogFileWriter current;
    /// Last sequence that a record in the file, or its header, says is on stable storage.
    private long vouched;
    private long oldestUnforcedNanos;
    private long lastWriteNanos;
    private long lastSpaceLookNanos;
    private long spaceNanos = SPACE_NANOS;

    LogWorker(Vfs vfs, Path folder, LogOptions options, LogQueue queue, LogRecovery recovery,
            LogRecovery.Opened opened) {
        this.vfs = vfs;
        this.folder = folder;
        this.options = options;
        this.queue = queue;
        this.recovery = recovery;
        this.closedFiles = opened.closed();
        this.current = opened.writer();
        this.witness = new LogWitness(vfs, folder, options.storeId(), recovery.afterSequence());
        this.vouched = opened.forced();
        this.lastWriteNanos = System.nanoTime();
        this.lastSpaceLookNanos = lastWriteNanos;
        if (current == null) {
            queue.outOfSpace(new NoSpaceException(StorageException.nameOf(folder), "no space for a new log file", null));
        }
    }

    private LogFileWriter file() {
        LogFileWriter open = current;
        if (open == null) {
            throw new IllegalStateException("the log has no file");
        }
        return open;
    }

    @Override
    public void run() {
        try {
            witness.say(queue.forced());
            while (true) {
                LogQueue.Work work = queue.take(nanosToNextDuty());
                lookForSpace();
                write(work.group());
                forceIfDue(work.forceWanted());
                for (LogQueue.Request request : work.requests()) {
                    answer(request);
                }
                if (work.closing()) {
                    finish();
                    return;
                }
                vouchIfIdle();
            }
        } catch (StorageException | RuntimeException | Error failure) {
            end(failure);
        }
    }

    /// Nobody may wait for a thread that is gone: while there is no memory even to say that it ends, that is tried again.
    private void end(Throwable failure) {
        boolean said = false;
        while (!said) {
            try {
                fail(failure instanceof StorageException known
                        ? known
                        : new FileAccessException(StorageException.nameOf(folder), "the log's thread ended: " + failure,
                                failure));
                said = true;
            } catch (OutOfMemoryError again) {
                LockSupport.parkNanos(NO_MEMORY_NANOS);
            }
        }
    }

    private long nanosToNextDuty() {
        long now = System.nanoTime();
        long nanos = Long.MAX_VALUE;
        if (queue.state() == LogState.NO_SPACE) {
            return Math.max(0, lastSpaceLookNanos + spaceNanos - now);
        }
        if (options.durability() instanceof Durability.Group(long maxMillis) && queue.written() > queue.forced()) {
            nanos = Math.min(nanos, oldestUnforcedNanos + TimeUnit.MILLISECONDS.toNanos(maxMillis) - now);
        }
        if (queue.forced() > vouched) {
            nanos = Math.min(nanos, lastWriteNanos + MARKER_NANOS - now);
        }
        return Math.max(0, nanos);
    }

    private void write(LogGroup group) throws StorageException {
        if (group.isEmpty() || queue.state() != LogState.OPEN) {
            return;
        }
        long position = file().position();
        int chain = file().chain();
        LogFileWriter target = file();
        try {
            if (position >= options.fileBytes()) {
                rollOver();
                target = file();
                position = file().position();
                chain = file().chain();
            }
            long forced = queue.forced();
            if (queue.written() == forced) {
                oldestUnforcedNanos = System.nanoTime();
            }
            file().append(group, forced);
            vouched = Math.max(vouched, forced);
            lastWriteNanos = System.nanoTime();
            queue.wrote(group.lastSequence());
        } catch (NoSpaceException full) {
            outOfSpace(full, target, position, chain);
        }
    }

    private void forceIfDue(long wanted) throws StorageException {
        if (queue.state() == LogState.OPEN && queue.written() > queue.forced()) {
            boolean due = switch (options.durability()) {
                case Durability.Sync _ -> true;
                case Durability.Group(long maxMillis) ->
                    System.nanoTime() - oldestUnforcedNanos >= TimeUnit.MILLISECONDS.toNanos(maxMillis);
                case Durability.OsBuffered _ -> false;
            };
            if (due || wanted > queue.forced()) {
                long start = System.nanoTime();
                file().force(false);
                witness.say(queue.written()); // before anyone is told, as in forcedAll()
                queue.forcedAll(System.nanoTime() - start);
            }
        }
    }

    /// Whoever waits is told after the witness, so that what is acknowledged is known in two places.
    private void forcedAll() throws StorageException {
        witness.say(queue.written());
        queue.forcedAll();
    }

    private void vouchIfIdle() throws StorageException {
        long forced = queue.forced();
        if (forced > vouched && queue.state() == LogState.OPEN && System.nanoTime() - lastWriteNanos >= MARKER_NANOS) {
            long position = file().position();
            int chain = file().chain();
            try {
                file().appendMarker(queue.written(), forced);
                vouched = forced;
            } catch (NoSpaceException full) {
                outOfSpace(full, file(), position, chain);
            }
        }
    }

    /// Takes back what was written of the failed group, so that no crash brings to light what was refused.
    private void outOfSpace(NoSpaceException full, LogFileWriter target, long position, int chain) throws StorageException {
        target.retreat(position, chain);
        forcedAll();
        queue.outOfSpace(full);
        spaceNanos = SPACE_NANOS;
        lastSpaceLookNanos = System.nanoTime();
    }

    private void lookForSpace() throws StorageException {
        if (queue.state() == LogState.NO_SPACE && System.nanoTime() - lastSpaceLookNanos >= spaceNanos) {
            try {
                replaceFullFile();
            } catch (NoSpaceException still) {
                lastSpaceLookNanos = System.nanoTime();
                spaceNanos = Math.min(2 * spaceNanos, MAX_SPACE_NANOS);
            }
        }
    }

    /// Goes on in a new file behind the refused sequences; throws [NoSpaceException] if there is still no room.
    private void replaceFullFile() throws StorageException {
        if (current == null) {
            LogRecovery.Opened opened = recovery.makeDurable(SPACE_BYTES);
            closedFiles.addAll(opened.closed());
            current = opened.writer();
        } else {
            replaceFile(queue.appended() + 1, SPACE_BYTES);
        }
        queue.spaceAgain();
        witness.say(queue.forced());
        vouched = queue.written();
    }

    /// Forces the file and begins the next.
    private void rollOver() throws StorageException {
        file().force(true);
        forcedAll();
        replaceFile(queue.written() + 1, 0);
        vouched = queue.written();
    }

    private void replaceFile(long firstSequence, int probeBytes) throws StorageException {
        LogFileWriter next = LogFileWriter.create(vfs, folder, file().successor(firstSequence), probeBytes);
        next.publish();
        closedFiles.add(new LogRecovery.ClosedFile(file().logNumber(), firstSequence - 1));
        LogFileWriter last = file();
        current = next;
        last.close();
    }

    private void answer(LogQueue.Request request) throws StorageException {
        try {
            switch (request) {
                case LogQueue.Request.Discard(long sequence, _) -> discard(sequence);
                case LogQueue.Request.RollOver _ -> {
                    if (queue.state() == LogState.NO_SPACE) {
                        replaceFullFile();
                    } else {
                        rollOver();
                    }
                }
            }
            request.done().complete(true);
        } catch (StorageFailedException failure) {
            request.done().completeExceptionally(failure);
            throw failure;
        } catch (StorageException refusal) {
            request.done().completeExceptionally(refusal); // nothing that is needed has been touched
        }
    }

    private void discard(long sequence) throws StorageException {
        boolean any = false;
        while (!closedFiles.isEmpty() && closedFiles.getFirst().lastSequence() <= sequence) {
            vfs.delete(folder.resolve(LogFileName.of(closedFiles.getFirst().logNumber())));
            closedFiles.removeFirst();
            any = true;
        }
        if (any) {
            try {
                vfs.syncDirectory(folder);
            } catch (StorageException failure) {
                throw new StorageFailedException(StorageException.nameOf(folder), "sync folder failed", failure);
            }
        }
    }

    /// Leaves a log in which every record is forced and vouched for.
    private void finish() throws StorageException {
        if (queue.state() == LogState.OPEN) {
            if (queue.written() > queue.forced()) {
                file().force(false);
                forcedAll();
            }
            vouchAtClose();
        }
        closeFiles();
        queue.closed();
    }

    private void vouchAtClose() throws StorageException {
        long position = file().position();
        int chain = file().chain();
        if (queue.forced() > vouched) {
            try {
                file().appendMarker(queue.written(), queue.forced());
                file().force(false);
            } catch (NoSpaceException full) {
                file().retreat(position, chain); // everything is stored; only the last group stays without its witness
            }
        }
    }

    private void closeFiles() throws StorageException {
        try {
            if (current != null) {
                current.close();
            }
        } finally {
            witness.close();
        }
    }

    private void fail(StorageException cause) {
        try {
            closeFiles();
        } catch (StorageException second) {
            cause.addSuppressed(second);
        } finally {
            queue.fail(cause);
        }
    }
}
