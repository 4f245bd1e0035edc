package dev.kith.internal.engine;

import dev.kith.Record;
import dev.kith.internal.search.RecordCursor;
import dev.kith.internal.view.View;
import java.io.IOException;
import java.util.Spliterator;
import java.util.Spliterators;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/// A stream over a view, which it keeps in use until it is read to the end, fails or is closed.
final class RecordStream {
    private RecordStream() {}

    /// Takes over the use of the view.
    static Stream<Record> of(View view, Function<View, RecordCursor> open) {
        AtomicBoolean released = new AtomicBoolean();
        Runnable release = () -> {
            if (released.compareAndSet(false, true)) {
                view.release();
            }
        };
        RecordCursor cursor = open.apply(view);
        Spliterator<Record> records = new Spliterators.AbstractSpliterator<>(Long.MAX_VALUE,
                Spliterator.NONNULL | Spliterator.IMMUTABLE | Spliterator.DISTINCT) {
            @Override
            public boolean tryAdvance(Consumer<? super Record> action) {
                if (released.get()) {
                    return false;
                }
                Record next;
                try {
                    next = cursor.next();
                } catch (IOException | RuntimeException | InternalError e) {
                    release.run();
                    throw Failures.translate(e);
                }
                if (next == null) {
                    release.run();
                    return false;
                }
                action.accept(next);
                return true;
            }
        };
        return StreamSupport.stream(records, false).onClose(release);
    }
}
