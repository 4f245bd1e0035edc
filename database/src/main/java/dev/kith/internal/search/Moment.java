package dev.kith.internal.search;

import dev.kith.internal.filter.BoundFilter;
import dev.kith.internal.filter.FilterEvaluator;
import dev.kith.internal.view.Entry;
import dev.kith.internal.view.View;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// What one query looks through: a view, its filter and the limits. The parts that are not thread-safe belong to the thread that
/// answers the query.
///
/// @param trace where an explanation is noted; null if nobody asks for one
record Moment(View view, BoundFilter filter, FilterMatches matches, HitLoader loader, QueryGuard guard, @Nullable Trace trace) {
    /// Number of segments; sources from there on are recent writes.
    int segments() {
        return view.generation().leaves().size();
    }

    /// Whether the view sees a recent write and the filter lets it through.
    boolean accepts(Entry entry) {
        return entry.visible(view.position())
                && (filter.matchesAll() || FilterEvaluator.matches(filter, Objects.requireNonNull(entry.record())));
    }
}
