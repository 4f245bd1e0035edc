package dev.kith.core;

import java.lang.System.Logger.Level;
import java.lang.foreign.Arena;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// Has the SIMD kernels that somebody wants compiled, group by group, by a [KernelDrill] on a thread of its own that ends when there
/// is nothing left to do. Only what is wanted: on one core the drills and the compilations take the time of searches.
///
/// A kernel that stays slow is given up after a while, still correct. Thread-safe.
final class KernelWarmUp {
    private static final long LIMIT_NANOS = TimeUnit.SECONDS.toNanos(3);
    private static final long AWAIT_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final VectorKernels.Kind kind;
    /// Read at every query, without a lock.
    private volatile Set<KernelGroup> warm = Set.of();
    private final Set<KernelGroup> wanted = EnumSet.noneOf(KernelGroup.class);
    private final Set<KernelGroup> asked = EnumSet.noneOf(KernelGroup.class);
    private @Nullable Thread thread;

    /// @param kind of the kernels to warm; the scalar ones need it not
    KernelWarmUp(VectorKernels.Kind kind) {
        this.kind = kind;
    }

    /// Whether the group is warm. The first question has it warmed.
    boolean isWarm(KernelGroup group) {
        if (warm.contains(group) || kind == VectorKernels.Kind.SCALAR) {
            return true;
        }
        want(group);
        return false;
    }

    private synchronized void want(KernelGroup group) {
        if (!asked.add(group)) {
            return;
        }
        wanted.add(group);
        if (thread == null) {
            thread = Thread.ofPlatform().daemon().name("kith-warm-up").unstarted(this::work);
            thread.start();
        }
    }

    /// Whether all groups are warm; does not have them warmed.
    boolean allWarm() {
        return kind == VectorKernels.Kind.SCALAR || warm.size() == KernelGroup.values().length;
    }

    /// Has all groups warmed, and waits until they are.
    void awaitAll() throws InterruptedException {
        for (KernelGroup group : KernelGroup.values()) {
            isWarm(group);
        }
        synchronized (this) {
            while (!allWarm()) {
                wait();
            }
        }
    }

    /// Has the group warmed, and waits until it is, but no longer than a second: what waits is a build, and stops within two when it is cancelled.
    void await(KernelGroup group) throws InterruptedException {
        if (isWarm(group)) {
            return;
        }
        long end = System.nanoTime() + AWAIT_NANOS;
        synchronized (this) {
            long left = end - System.nanoTime();
            while (!warm.contains(group) && left > 0) {
                TimeUnit.NANOSECONDS.timedWait(this, left);
                left = end - System.nanoTime();
            }
        }
    }

    private void work() {
        try {
            warmWanted();
        } finally {
            ended(); // also if there was no memory: groups wanted later get another thread
        }
    }

    private synchronized void ended() {
        if (thread == Thread.currentThread()) {
            thread = null;
        }
    }

    private void warmWanted() {
        KernelGroup next = take();
        while (next != null) {
            try {
                warm(next);
            } catch (RuntimeException | LinkageError e) {
                System.getLogger("dev.kith").log(Level.WARNING, "the SIMD kernels of " + next + " could not be warmed up", e);
            } finally {
                done(next);
            }
            next = take();
        }
    }

    private synchronized @Nullable KernelGroup take() {
        KernelGroup next = wanted.stream().findFirst().orElse(null);
        if (next == null) {
            thread = null;
        } else {
            wanted.remove(next);
        }
        return next;
    }

    private synchronized void done(KernelGroup group) {
        Set<KernelGroup> more = EnumSet.of(group);
        more.addAll(warm);
        warm = more; // never changed again
        notifyAll();
    }

    private void warm(KernelGroup group) {
        try (Arena arena = Arena.ofShared()) {
            List<KernelDrill> drills = KernelDrills.of(group, kind, arena);
            int slow = KernelDrill.run(drills, LIMIT_NANOS);
            if (slow > 0) {
                System.getLogger("dev.kith").log(Level.DEBUG, "{0} of {1} kernels of {2} are slow still", slow, drills.size(),
                        group);
            }
        }
    }
}
