package dev.kith.internal.view;

import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/// The current one of things that replace each other, handed out to many users. Each is freed once: when it was replaced and its
/// last user let go. Thread-safe.
class Current<T extends RefCount> {
    private final AtomicReference<@Nullable T> current = new AtomicReference<>();

    /// The current one, in use until the caller releases it; null once closed.
    public final @Nullable T acquire() {
        while (true) {
            T one = current.get();
            if (one == null || one.tryAcquire()) {
                return one;
            }
            Thread.onSpinWait(); // it was replaced and freed between the two: the next one is there already
        }
    }

    /// Makes another current; takes over the maker's use of it.
    public final void publish(T next) {
        replace(next);
    }

    /// None from now on. Those in use stay so until released.
    public final void close() {
        replace(null);
    }

    private void replace(@Nullable T next) {
        T before = current.getAndSet(next);
        if (before != null) {
            before.release();
        }
    }
}
