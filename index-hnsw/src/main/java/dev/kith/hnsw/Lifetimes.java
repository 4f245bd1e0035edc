package dev.kith.hnsw;

import dev.kith.core.AcceptOrdinals;
import java.util.concurrent.atomic.AtomicLongArray;
import org.jspecify.annotations.Nullable;

/// From which change to which a place holds a live vector. Written by one writer, read by any search.
final class Lifetimes {
    private final AtomicLongArray born;
    private final AtomicLongArray died;

    Lifetimes(int capacity) {
        this.born = new AtomicLongArray(capacity);
        this.died = new AtomicLongArray(capacity);
    }

    /// The place holds a vector from change `sequence` on.
    void begin(int ordinal, long sequence) {
        born.set(ordinal, sequence);
        died.set(ordinal, Long.MAX_VALUE);
    }

    void end(int ordinal, long sequence) {
        died.set(ordinal, sequence);
    }

    /// Whether the place holds a vector that nobody has deleted.
    boolean live(int ordinal) {
        return died.get(ordinal) == Long.MAX_VALUE;
    }

    boolean visible(int ordinal, long sequence) {
        return born.get(ordinal) <= sequence && died.get(ordinal) > sequence;
    }

    /// What is visible at a change and accepted.
    record Visible(Lifetimes lifetimes, long sequence, int capacity, @Nullable AcceptOrdinals accept) implements AcceptOrdinals {
        @Override
        public boolean accepts(int ordinal) {
            return lifetimes.visible(ordinal, sequence) && (accept == null || accept.accepts(ordinal));
        }

        @Override
        public int cardinality() {
            return accept == null ? capacity : Math.min(capacity, accept.cardinality());
        }

        @Override
        public int next(int from, int[] target) {
            int n = 0;
            for (int ordinal = from; ordinal < capacity && n < target.length; ordinal++) {
                if (accepts(ordinal)) {
                    target[n++] = ordinal;
                }
            }
            return n;
        }
    }
}
