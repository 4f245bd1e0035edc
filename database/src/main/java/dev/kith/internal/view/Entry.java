package dev.kith.internal.view;

import dev.kith.Record;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/// One recent write of one id: a record, or a tombstone. Positions number all operations of an open collection in the order
/// in which they were applied; a view at position `p` sees those below `p`.
public final class Entry {
    private final String id;
    private final @Nullable Record record;
    private final long position;
    private final int index;
    private final @Nullable Entry previous;
    /// Position of the operation that replaced this one; written once by the applying thread. A searcher that reads the old
    /// value looks through a view older than the replacement, for which both values mean the same.
    private volatile long supersededBy = Long.MAX_VALUE;
    private @Nullable Map<String, TextTerms> terms;

    Entry(String id, @Nullable Record record, long position, int index, @Nullable Entry previous) {
        this.id = id;
        this.record = record;
        this.position = position;
        this.index = index;
        this.previous = previous;
    }

    /// The id.
    public String id() {
        return id;
    }

    /// The record, or null for a tombstone.
    public @Nullable Record record() {
        return record;
    }

    /// Its number in its overlay.
    public int index() {
        return index;
    }

    long position() {
        return position;
    }

    @Nullable
    Entry previous() {
        return previous;
    }

    /// Hides this from views at and after the next position.
    public void supersede(long by) {
        supersededBy = by;
    }

    /// Whether a view at `viewPosition` sees this record.
    public boolean visible(long viewPosition) {
        return position < viewPosition && supersededBy >= viewPosition && record != null;
    }

    /// The terms of a text field; made when first asked for.
    public TextTerms terms(String field, java.util.function.Supplier<TextTerms> analysis) {
        Map<String, TextTerms> made = terms;
        if (made == null) {
            made = new ConcurrentHashMap<>(); // two threads may both make one: the same content
            terms = made;
        }
        return made.computeIfAbsent(field, _ -> analysis.get());
    }
}
