package dev.kith.bench.engine;

import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Remembers the engine's own form of the last filter, so that a query does not pay for turning it.
final class AcceptCache<T> {
    private final Function<AcceptSet, T> turn;
    private @Nullable AcceptSet last;
    private @Nullable T turned;

    AcceptCache(Function<AcceptSet, T> turn) {
        this.turn = turn;
    }

    T of(AcceptSet accept) {
        T value = turned;
        if (value == null || last != accept) {
            value = turn.apply(accept);
            turned = value;
            last = accept;
        }
        return value;
    }
}
