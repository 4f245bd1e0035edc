package dev.kith.gpu;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// Releases all of several things, also when some of the releases fail.
final class Closing {
    private Closing() {}

    /// Closes all, last first, and then throws the first failure with the others suppressed in it.
    static void all(List<? extends AutoCloseable> things) {
        RuntimeException failure = collect(things, null);
        if (failure != null) {
            throw failure;
        }
    }

    /// Closes all after a failure, which takes up whatever goes wrong now.
    static void after(RuntimeException failure, List<? extends AutoCloseable> things) {
        collect(things, failure);
    }

    private static @Nullable RuntimeException collect(List<? extends AutoCloseable> things, @Nullable RuntimeException first) {
        RuntimeException failure = first;
        for (AutoCloseable thing : things.reversed()) {
            try {
                thing.close();
            } catch (Exception e) {
                RuntimeException unchecked = e instanceof RuntimeException r ? r : new IllegalStateException(e);
                if (failure == null) {
                    failure = unchecked;
                } else if (failure != unchecked) {
                    failure.addSuppressed(unchecked);
                }
            }
        }
        return failure;
    }
}
