package dev.kith.internal.view;

import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.concurrent.atomic.AtomicReference;
import org.jetbrains.lincheck.LincheckAssertionError;
import org.jetbrains.lincheck.datastructures.ModelCheckingOptions;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// Goes through the interleavings of threads that read, replace and close what is current, at every access to memory
/// (Lincheck's model checker): the answers must be those of a plain variable, nothing is read after it was freed, nothing is freed
/// twice. `-Dkith.lincheck.invocations=N` looks at more of them.
class CurrentTest {
    private static final int INVOCATIONS = Integer.getInteger("kith.lincheck.invocations", 500);

    /// Tells when it is read after it was freed.
    private static final class Number extends RefCount {
        private final int value;
        private volatile boolean freed;

        Number(int value) {
            this.value = value;
        }

        int value() {
            if (freed) {
                throw new IllegalStateException("read after it was freed");
            }
            return value;
        }

        @Override
        void free() {
            freed = true;
        }
    }

    /// The real thing.
    public static class Sound {
        private final Current<Number> current = new Current<>();

        @Operation
        public int read() {
            Number number = current.acquire();
            if (number == null) {
                return -1;
            }
            int value = number.value();
            number.release();
            return value;
        }

        @Operation
        public void publish(int value) {
            current.publish(new Number(value));
        }

        @Operation
        public void close() {
            current.close();
        }
    }

    /// Believes that what is current is in use when it gets to it.
    public static class Hasty {
        private final AtomicReference<@Nullable Number> current = new AtomicReference<>();

        @Operation
        public int read() {
            Number number = current.get();
            if (number == null) {
                return -1;
            }
            number.acquire();
            int value = number.value();
            number.release();
            return value;
        }

        @Operation
        public void publish(int value) {
            Number before = current.getAndSet(new Number(value));
            if (before != null) {
                before.release();
            }
        }
    }

    private static ModelCheckingOptions options() {
        return new ModelCheckingOptions().threads(3).actorsPerThread(2).actorsBefore(1).actorsAfter(1).iterations(20)
                .invocationsPerIteration(INVOCATIONS);
    }

    @Test
    void nothingIsReadAfterItWasFreedAndNothingIsFreedTwice() {
        options().check(Sound.class);
    }

    @Test
    void theCheckerNoticesWhatIsUsedWithoutLooking() {
        assertThrows(LincheckAssertionError.class, () -> options().check(Hasty.class));
    }
}
