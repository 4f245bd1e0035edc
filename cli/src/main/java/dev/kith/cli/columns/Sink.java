package dev.kith.cli.columns;

import org.jspecify.annotations.Nullable;

/// Takes values as they are read.
interface Sink {
    /// Takes a value.
    void add(@Nullable Object value);

    /// Takes a float; without a box where the sink knows how.
    default void addFloat(float value) {
        add(value);
    }
}
