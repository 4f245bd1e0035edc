package dev.kith.storage;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// What appending threads and the log's own thread share: the records that wait for the disk, how far each sequence has
/// come, and the state. All waiting is deaf to interrupts, which stay pending: an acknowledgement says what happened.
final class LogQueue {
    /// Something the log's own thread is asked to do.
    sealed interface Request {
        CompletableFuture<Boolean> done();

        /// Delete files that hold nothing beyond `sequence`.
        record Discard(long sequence, CompletableFuture<Boolean> done) implements Request {}

        /// Begin a new file.
        record RollOver(CompletableFuture<Boolean> done) implements Request {}
    }

    /// What there is to do at one moment.
    record Work(LogGroup group, long forceWanted, List<Request> requests, boolean closing) {}

    private final String folder;
    private final LogOptions options;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition workArrived = lock.newCondition();
    private final Condition progress = lock.newCondition();
    private final Condition room = lock.newCondition();
    private final TreeMap<Long, Long> refused = new TreeMap<>();
    private List<Request> requests = new ArrayList<>();
    /// Requests the log's thread has been given last; each is answered before the next are given out.
    private List<Request> taken = List.of();
    private LogGroup pending = new LogGroup();
    private LogGroup writing = new LogGroup();
    private long appended;
    private long written;
    private long forced;
    private long forceWanted;
    private final Gathering gathering = new Gathering();
    /// Somebody waits for room.
    private boolean crowded;
    private boolean closing;
    private LogState state = LogState.OPEN;
    private @Nullable StorageException failure;

    LogQueue(String folder, LogOptions options, long lastSequence, long forcedSequence) {
        this.folder = folder;
        this.options = options;
        this.appended = lastSequence;
        this.written = lastSequence;
        this.forced = forcedSequence;
    }

    String folder() {
        return folder;
    }

    // ---- appending threads

    long append(ByteBuffer payload) throws StorageException {
        int length = payload.remaining();
        if (length > options.maxRecordBytes()) {
            throw new IllegalArgumentException(
                    "payload must have at most " + options.maxRecordBytes() + " bytes, has " + length);
        }
        lock.lock();
        try {
            requireTaking();
            while (!pending.isEmpty() && (long) pending.usedBytes() + length > options.bufferBytes()) {
                crowded = true;
                workArrived.signal();
                room.awaitUninterruptibly();
                requireTaking();
            }
            pending.add(appended + 1, payload.duplicate());
            appended++;
            if (pending.count() == 1 || gathering.complete(pending)) {
                workArrived.signal();
            }
            return appended;
        } finally {
            lock.unlock();
        }
    }

    /// Waits until `sequence` is forced, or at least written, or is known never to be.
    ///
    /// @param hurry whether to ask for the force now instead of when it is due
    void await(long sequence, boolean untilForced, boolean hurry) throws StorageException {
        lock.lock();
        try {
            if (sequence < 0 || sequence > appended) {
                throw new IllegalArgumentException("sequence must be in 0.." + appended + ", was " + sequence);
            }
            if (untilForced && hurry && state == LogState.OPEN && sequence > Math.max(forced, forceWanted)) {
                forceWanted = sequence;
                workArrived.signal();
            }
            while ((untilForced ? forced : written) < sequence || isRefused(sequence)) {
                if (isRefused(sequence)) {
                    throw new NoSpaceException(folder, "record " + sequence + " was not stored for want of space", failure);
                }
                if (state == LogState.FAILED) {
                    throw failed();
                }
                if (untilForced && state == LogState.NO_SPACE) {
                    throw new NoSpaceException(folder, "the log has no space to make record " + sequence + " durable", failure);
                }
                if (state == LogState.CLOSED) {
                    throw new StorageClosedException(folder, "closed before record " + sequence + " was written", null);
                }
                progress.awaitUninterruptibly();
            }
        } finally {
            lock.unlock();
        }
    }

    void submit(Request request) throws StorageException {
        lock.lock();
        try {
            if (state == LogState.FAILED) {
                throw failed();
            }
            if (closing || state == LogState.CLOSED) {
                throw new StorageClosedException(folder, "the log is closed", null);
            }
            requests.add(request);
            workArrived.signal();
        } finally {
            lock.unlock();
        }
    }

    void beginClosing() {
        lock.lock();
        try {
            closing = true;
            workArrived.signal();
            room.signalAll();
        } finally {
            lock.unlock();
        }
    }

    long appended() {
        lock.lock();
        try {
            return appended;
        } finally {
            lock.unlock();
        }
    }

    long forced() {
        lock.lock();
        try {
            return forced;
        } finally {
            lock.unlock();
        }
    }

    LogState state() {
        lock.lock();
        try {
            return state;
        } finally {
            lock.unlock();
        }
    }

    @Nullable
    StorageException failure() {
        lock.lock();
        try {
            return state == LogState.FAILED ? failure : null;
        } finally {
            lock.unlock();
        }
    }

    private void requireTaking() throws StorageException {
        if (closing) {
            throw new StorageClosedException(folder, "append after close", null);
        }
        switch (state) {
            case OPEN -> {
            }
            case NO_SPACE -> throw new NoSpaceException(folder, "the log waits for space", failure);
            case FAILED -> throw failed();
            case CLOSED -> throw new StorageClosedException(folder, "append after close", null);
        }
    }

    private boolean isRefused(long sequence) {
        Map.Entry<Long, Long> range = refused.floorEntry(sequence);
        return range != null && sequence <= range.getValue();
    }

    private StorageFailedException failed() {
        return new StorageFailedException(folder, "the log has failed and must be opened anew", failure);
    }

    // ---- the log's own thread

    /// Waits for something to do, at most `nanos`. The group is the caller's until the next call.
    Work take(long nanos) {
        lock.lock();
        try {
            writing.clear(2 * options.bufferBytes());
            long left = nanos;
            while (pending.isEmpty() && requests.isEmpty() && !closing && forceWanted <= forced && left > 0) {
                try {
                    left = workArrived.awaitNanos(left);
                } catch (InterruptedException nobodysBusiness) {
                    continue; // nothing in this library interrupts the thread, and clearing the mark protects its channel
                }
            }
            if (options.durability() instanceof Durability.Sync) {
                gather();
            }
            crowded = false;
            LogGroup group = pending;
            pending = writing;
            writing = group;
            taken = requests;
            requests = new ArrayList<>();
            room.signalAll();
            return new Work(group, forceWanted, taken, closing);
        } finally {
            lock.unlock();
        }
    }

    /// Waits for the writers that the last force has released, so that they share the next one.
    private void gather() {
        int before = pending.count();
        long left = gathering.patience(pending);
        if (left <= 0) {
            return;
        }
        while (left > 0 && !gathering.complete(pending) && requests.isEmpty() && !closing && !crowded) {
            try {
                left = workArrived.awaitNanos(left);
            } catch (InterruptedException nobodysBusiness) {
                continue; // as above
            }
        }
        gathering.ended(before, pending.count());
    }

    void wrote(long sequence) {
        lock.lock();
        try {
            written = Math.max(written, sequence);
            if (options.durability() instanceof Durability.OsBuffered) {
                progress.signalAll(); // else everyone waits for the force that follows
            }
        } finally {
            lock.unlock();
        }
    }

    /// As [#forcedAll()], after a force that took so long.
    void forcedAll(long nanos) {
        lock.lock();
        try {
            gathering.forced(nanos, written - forced, pending.count());
            forcedAll();
        } finally {
            lock.unlock();
        }
    }

    void forcedAll() {
        lock.lock();
        try {
            forced = written;
            progress.signalAll();
        } finally {
            lock.unlock();
        }
    }

    long written() {
        lock.lock();
        try {
            return written;
        } finally {
            lock.unlock();
        }
    }

    /// Nothing beyond what is written can be stored: those records fail, and appending is refused.
    void outOfSpace(NoSpaceException cause) {
        lock.lock();
        try {
            if (appended > written) {
                Map.Entry<Long, Long> before = refused.floorEntry(written);
                boolean goesOn = before != null && before.getValue() == written;
                refused.put(goesOn ? before.getKey() : written + 1, appended);
            }
            pending.clear(options.bufferBytes());
            forceWanted = Math.min(forceWanted, written);
            state = LogState.NO_SPACE;
            failure = cause;
            progress.signalAll();
            room.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /// There is room again. Refused sequences are never given out a second time.
    void spaceAgain() {
        lock.lock();
        try {
            written = appended;
            forced = appended;
            state = LogState.OPEN;
            failure = null;
            progress.signalAll();
        } finally {
            lock.unlock();
        }
    }

    void fail(StorageException cause) {
        lock.lock();
        try {
            state = LogState.FAILED;
            failure = cause;
            end(failed());
        } finally {
            lock.unlock();
        }
    }

    void closed() {
        lock.lock();
        try {
            state = LogState.CLOSED;
            end(new StorageClosedException(folder, "the log is closed", null));
        } finally {
            lock.unlock();
        }
    }

    private void end(StorageException answer) {
        taken.forEach(request -> request.done().completeExceptionally(answer)); // no effect on those answered
        requests.forEach(request -> request.done().completeExceptionally(answer));
        requests.clear();
        progress.signalAll();
        room.signalAll();
    }
}
