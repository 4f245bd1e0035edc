package dev.kith.internal.search;

import dev.kith.Projection;
import dev.kith.Record;
import dev.kith.internal.filter.BoundFilter;
import dev.kith.internal.filter.FilterEvaluator;
import dev.kith.internal.view.Entry;
import dev.kith.internal.view.Leaf;
import dev.kith.internal.view.View;
import java.io.IOException;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Walks the records of a view that match: segment by segment, then the recent writes. Not thread-safe.
public final class RecordCursor {
    private final View view;
    private final FilterMatches matches;
    private final BoundFilter filter;
    private final HitLoader loader;
    private final Projection projection;
    private int source = -1;
    private int item;
    private int end;
    private long @Nullable [] words;

    RecordCursor(View view, FilterMatches matches, BoundFilter filter, HitLoader loader, Projection projection) {
        this.view = view;
        this.matches = matches;
        this.filter = filter;
        this.loader = loader;
        this.projection = projection;
    }

    /// The id of the next record, or null after the last.
    public @Nullable String nextId() throws IOException {
        return advance() ? loader.id(source, item) : null;
    }

    /// The next record, or null after the last.
    public @Nullable Record next() throws IOException {
        String id = nextId();
        return id == null ? null : loader.record(source, item, id, projection);
    }

    private boolean advance() throws IOException {
        List<Leaf> leaves = view.generation().leaves();
        int sources = leaves.size() + view.slices().size();
        item++;
        while (source < sources) {
            if (source >= 0) {
                item = nextItem(leaves.size());
                if (item < end) {
                    return true;
                }
            }
            open(++source, leaves);
        }
        return false;
    }

    private void open(int number, List<Leaf> leaves) throws IOException {
        item = 0;
        words = null;
        if (number < leaves.size()) {
            end = leaves.get(number).maxDoc();
            words = matches.visible(leaves.get(number));
        } else if (number - leaves.size() < view.slices().size()) {
            end = view.slices().get(number - leaves.size()).count();
        } else {
            end = 0;
        }
    }

    /// The first item at or after the current one that is seen, or at least `end`.
    private int nextItem(int leaves) {
        int i = item;
        if (source < leaves) {
            long[] bits = words;
            while (bits != null && i < end && (bits[i >> 6] & 1L << i) == 0) {
                i++;
            }
            return i;
        }
        View.Slice slice = view.slices().get(source - leaves);
        while (i < end) {
            Entry entry = slice.overlay().entry(i);
            if (entry.visible(view.position()) && FilterEvaluator.matches(filter, Objects.requireNonNull(entry.record()))) {
                return i;
            }
            i++;
        }
        return i;
    }
}
