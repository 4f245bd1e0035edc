package dev.kith.storage;

/// How long a group of records waits for more before it goes to the disk.
///
/// Writers that each wait for their acknowledgement come back as soon as a force has released them. A group that left at once would
/// leave most of them behind: with `n` writers every second force would carry few, and each record would wait for two. So a group waits
/// for as many records as the last force released and met, at most as long as a force takes, which is what those that come too late would
/// lose. A lone writer is never waited for, nor is anybody after writers have not come back; then it is tried again ever more seldom.
///
/// Not thread-safe: [LogQueue] guards it.
final class Gathering {
    /// Bytes that are worth a force of their own.
    private static final int ENOUGH_BYTES = 1 << 18;
    private static final long MOST_NANOS = 10_000_000;
    private static final int MOST_LEFT_OUT = 256;

    private int expected;
    private long forceNanos;
    /// Groups that still go at once.
    private int leaveOut;
    /// Groups that go at once after the next wait in vain.
    private int penalty = 1;

    /// A force has ended.
    ///
    /// @param nanos that it took
    /// @param released records that it made durable
    /// @param met records that came meanwhile
    void forced(long nanos, long released, int met) {
        forceNanos = forceNanos == 0 ? nanos : (7 * forceNanos + nanos) / 8;
        expected = (int) Math.min(Integer.MAX_VALUE, released + met);
    }

    /// Whether a group need not wait any more.
    boolean complete(LogGroup group) {
        return group.count() >= expected || group.usedBytes() >= ENOUGH_BYTES;
    }

    /// Nanoseconds that a group may wait from now on; 0 for one that goes at once.
    long patience(LogGroup group) {
        if (group.isEmpty() || complete(group)) {
            return 0;
        }
        if (leaveOut > 0) {
            leaveOut--;
            return 0;
        }
        return Math.min(forceNanos, MOST_NANOS);
    }

    /// A wait has ended.
    ///
    /// @param before records when it began
    /// @param after records when it ended
    void ended(int before, int after) {
        if (2 * (after - before) >= expected - before) {
            penalty = 1;
        } else {
            leaveOut = penalty;
            penalty = Math.min(MOST_LEFT_OUT, 2 * penalty);
        }
    }
}
