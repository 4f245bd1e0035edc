package dev.kith.internal.index;

import java.util.function.LongSupplier;

/// Whether records come in faster than graphs can be built for them while somebody searches. Merges then write codes that are scanned,
/// a hundredth of the work, and the graph follows when writing rests: graphs would be late anyway, take the processors from writers and searches,
/// and be thrown away by the next merge. Thread-safe.
public final class Pace {
    /// Share of a processor that graphs for what comes in may take at once.
    private static final double MOST_BUILDING = 0.25;
    /// Of a graph over 384 components, until one has been built here.
    private static final long FIRST_NANOS_A_RECORD = 300_000;
    private static final long WINDOW_NANOS = 1_000_000_000L;

    private final LongSupplier clock;
    private volatile boolean unwatched = true;
    private int forced;
    private double nanosARecord = FIRST_NANOS_A_RECORD;
    private long windowStart;
    private long inWindow;
    private double perSecond;

    /// @param clock nanoseconds, such as [System#nanoTime()]
    public Pace(LongSupplier clock) {
        this.clock = clock;
        this.windowStart = clock.getAsLong();
    }

    /// Whether nobody searches while writes come: a bulk load. Merging waits then, and builds graphs once.
    public void unwatched(boolean now) {
        unwatched = now;
    }

    /// See [#unwatched(boolean)].
    public boolean unwatched() {
        return unwatched;
    }

    /// Somebody waits for everything to be merged, or has ceased to: graphs are built whatever comes in.
    public synchronized void forced(boolean begins) {
        forced += begins ? 1 : -1;
    }

    /// A record came in.
    public synchronized void wrote() {
        roll();
        inWindow++;
    }

    /// A merge built graphs.
    ///
    /// @param records of its segment
    public synchronized void built(int records, long nanos) {
        if (records > 0) {
            nanosARecord = (nanosARecord + (double) nanos / records) / 2;
        }
    }

    /// Whether merges should leave graphs for later.
    public synchronized boolean hurried() {
        roll();
        return !unwatched && forced == 0 && perSecond * nanosARecord > MOST_BUILDING * 1e9;
    }

    /// Begins a new window once one is over; one that ended long ago tells that nothing came.
    private void roll() {
        long now = clock.getAsLong();
        long passed = now - windowStart;
        if (passed >= WINDOW_NANOS) {
            perSecond = passed >= 2 * WINDOW_NANOS ? 0 : inWindow * 1e9 / passed;
            inWindow = 0;
            windowStart = now;
        }
    }
}
