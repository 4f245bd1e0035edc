package dev.kith.internal.view;

import java.util.concurrent.atomic.AtomicInteger;

/// Something kept until its last user lets go. It begins with one user: its maker.
abstract class RefCount {
    private final AtomicInteger users = new AtomicInteger(1);

    /// One user more, unless it is gone already.
    final boolean tryAcquire() {
        int n = users.get();
        while (n > 0) {
            if (users.compareAndSet(n, n + 1)) {
                return true;
            }
            n = users.get();
        }
        return false;
    }

    /// One user more; the caller knows that there is one.
    final void acquire() {
        if (!tryAcquire()) {
            throw new IllegalStateException("used after it was freed");
        }
    }

    /// One user less; the last one frees.
    public final void release() {
        int left = users.decrementAndGet();
        if (left == 0) {
            free();
        } else if (left < 0) {
            throw new IllegalStateException("freed twice");
        }
    }

    /// Called once, by the last user's thread.
    abstract void free();
}
