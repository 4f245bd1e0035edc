package dev.kith.internal.engine;

import dev.kith.internal.engine.CollectionStore.WriteLimits;
import dev.kith.internal.view.Generation;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.util.concurrent.TimeUnit;
import org.apache.lucene.index.DirectoryReader;
import org.jspecify.annotations.Nullable;

/// Moves recent writes into readers, in the background. How soon depends on who is there: while nobody searches, recent
/// writes may fill their memory, because few large segments are cheaper than many small ones; while somebody does, they are
/// kept few; and soon after the last write they are moved in any case.
final class Refresher {
    private static final long TICK_NANOS = TimeUnit.MILLISECONDS.toNanos(100);
    private static final long QUIET_NANOS = TimeUnit.MILLISECONDS.toNanos(300);
    private static final long OLD_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final long RESTING_NANOS = TimeUnit.SECONDS.toNanos(2);

    private final String name;
    private final Segments segments;
    private final Recent recent;
    private final WriteLimits limits;
    private final Shared shared;
    private final Runnable tick;
    private final Thread thread;
    private volatile boolean searched;
    private volatile boolean stopping;
    private boolean resting;
    private long wanted;
    private long published;

    /// @param tick called a few times a second, on the thread of this
    Refresher(String name, Segments segments, Recent recent, WriteLimits limits, Shared shared, Runnable tick) {
        this.name = name;
        this.segments = segments;
        this.recent = recent;
        this.limits = limits;
        this.shared = shared;
        this.tick = tick;
        this.thread = OwnThreads.start("kith-refresh-" + name, this::run);
    }

    /// A search looks at the recent writes.
    void searched() {
        if (!searched) { // a plain read is free, a write would move the cache line between searching threads
            searched = true;
        }
    }

    /// Moves everything applied so far into a reader, and waits for it.
    void refreshNow() {
        shared.lock.lock();
        try {
            long ticket = ++wanted;
            shared.due.signal();
            while (published < ticket && !shared.refreshEnded) {
                shared.refreshed.awaitUninterruptibly();
            }
        } finally {
            shared.lock.unlock();
        }
    }

    void stop() {
        stopping = true;
        shared.lock.lock();
        try {
            shared.due.signal();
        } finally {
            shared.lock.unlock();
        }
        OwnThreads.join(thread);
    }

    private void run() {
        try {
            while (!stopping) {
                long ticket = awaitDue();
                if (!stopping) {
                    refresh(ticket);
                }
            }
        } catch (IOException | RuntimeException | Error e) {
            // Recent writes would pile up for ever, so writing ends; searches go on with what they see.
            shared.fail(e);
            System.getLogger("dev.kith").log(Level.ERROR, "refreshing collection " + name + " failed", e);
        } finally {
            shared.lock.lock();
            try {
                shared.refreshEnded = true;
                shared.refreshed.signalAll();
            } finally {
                shared.lock.unlock();
            }
        }
    }

    /// Waits until a refresh is due and freezes the recent writes.
    private long awaitDue() throws IOException {
        while (true) {
            shared.lock.lock();
            try {
                if (stopping || due()) {
                    recent.rotate();
                    segments.watched(searched);
                    searched = false;
                    return wanted;
                }
                shared.due.awaitNanos(TICK_NANOS);
            } catch (InterruptedException e) {
                // nobody has this thread to interrupt it
            } finally {
                shared.lock.unlock();
            }
            tick.run();
            rest();
        }
    }

    private boolean due() throws IOException {
        if (published < wanted) {
            return true;
        }
        int size = recent.current().size();
        if (size == 0) {
            return resting && !recent.generation().reader().isCurrent(); // merges have finished
        }
        long now = System.nanoTime();
        return recent.current().bytes() >= limits.bytes() || now - shared.lastWriteNanos >= QUIET_NANOS
                || searched && (size >= limits.records() || now - recent.current().createdNanos() >= OLD_NANOS);
    }

    /// Once writes have paused for a while, asks for the merges that make searches faster.
    private void rest() throws IOException {
        boolean quiet;
        shared.lock.lock();
        try {
            quiet = recent.current().size() == 0 && System.nanoTime() - shared.lastWriteNanos >= RESTING_NANOS;
        } finally {
            shared.lock.unlock();
        }
        if (quiet != resting && !stopping) {
            resting = quiet;
            segments.resting(quiet);
        }
    }

    private void refresh(long ticket) throws IOException {
        DirectoryReader newer = segments.newer(recent.generation().reader());
        @Nullable Generation generation = null;
        if (newer != null) {
            generation = Generation.of(newer, recent.cores());
        } else if (recent.frozenWrites()) {
            // They came between the last freezing and the opening of the reader in use, which holds them. It hides them, for
            // they were in the overlay in use then, so it is taken anew without what it hides.
            generation = recent.generation().anew(recent.cores());
        }
        shared.lock.lock();
        try {
            recent.refreshed(generation);
            published = ticket;
            shared.refreshed.signalAll();
        } finally {
            shared.lock.unlock();
        }
    }
}
