package dev.kith.internal.view;

import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/// The current view of a collection, handed out to searches and replaced by writes and refreshes. Thread-safe.
public final class Views {
    private final AtomicReference<@Nullable View> current = new AtomicReference<>();

    /// The current view, in use until the caller releases it; null once closed.
    public @Nullable View acquire() {
        while (true) {
            View view = current.get();
            if (view == null || view.tryUse()) {
                return view;
            }
            Thread.onSpinWait(); // it was replaced and freed between the two: the next one is there already
        }
    }

    /// Makes a view current; takes over the maker's use of it.
    public void publish(View view) {
        View before = current.getAndSet(view);
        if (before != null) {
            before.release();
        }
    }

    /// No view from now on. Those in use stay so until released.
    public void close() {
        View before = current.getAndSet(null);
        if (before != null) {
            before.release();
        }
    }
}
