package dev.kith.internal.view;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// One moment of a collection: a reader, the recent writes on top of it and the position up to which they count. A record is
/// seen once or not at all, because every write after the overlay began masks what it replaces, in the overlays and in the
/// reader, at its own position. Immutable; in use until released.
public final class View extends RefCount {
    private final Generation generation;
    private final List<Slice> slices;
    private final Moment moment;

    /// The first `count` writes of an overlay.
    public record Slice(Overlay overlay, int count) {}

    /// Which moment it is.
    ///
    /// @param position operations applied since the collection was opened
    /// @param sequence of the last write in the log
    /// @param records live records
    public record Moment(long position, long sequence, long records) {}

    /// Uses the generation and the overlays until freed.
    ///
    /// @param slices oldest first
    public View(Generation generation, List<Slice> slices, Moment moment) {
        this.generation = generation;
        this.slices = List.copyOf(slices);
        this.moment = moment;
        generation.acquire();
        for (Slice slice : slices) {
            slice.overlay().acquire();
        }
    }

    /// One user more, unless it is freed already.
    public boolean tryUse() {
        return tryAcquire();
    }

    /// The reader.
    public Generation generation() {
        return generation;
    }

    /// The recent writes, oldest first.
    public List<Slice> slices() {
        return slices;
    }

    /// Operations applied.
    public long position() {
        return moment.position();
    }

    /// Number of the last write in the log.
    public long sequence() {
        return moment.sequence();
    }

    /// Live records.
    public long records() {
        return moment.records();
    }

    /// Recent writes.
    public int recent() {
        int n = 0;
        for (Slice slice : slices) {
            n += slice.count();
        }
        return n;
    }

    /// The newest recent write of an id that this view sees, or null.
    public @Nullable Entry recent(String id) {
        for (int i = slices.size() - 1; i >= 0; i--) {
            Entry entry = slices.get(i).overlay().latest(id, moment.position());
            if (entry != null) {
                return entry;
            }
        }
        return null;
    }

    @Override
    void free() {
        for (Slice slice : slices) {
            slice.overlay().release();
        }
        generation.release();
    }
}
