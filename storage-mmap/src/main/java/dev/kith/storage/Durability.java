package dev.kith.storage;

/// What an acknowledgement of [WriteAheadLog#awaitDurable] means, named by what a power cut can still take away. The end
/// of the process alone, even by `kill -9`, takes away nothing acknowledged in any of them.
public sealed interface Durability {
    /// Nothing: the record was forced to stable storage before it was acknowledged.
    Sync SYNC = new Sync();

    /// Whatever the operating system had not written by itself; only [WriteAheadLog#awaitForced], a new log file and
    /// closing force.
    OsBuffered OS_BUFFERED = new OsBuffered();

    /// Acknowledged when forced, which waits up to `maxMillis` for more records to share it.
    static Group group(long maxMillis) {
        return new Group(maxMillis);
    }

    /// See [#SYNC].
    record Sync() implements Durability {}

    /// Nothing, as under [#SYNC]; there are fewer forces and acknowledgements come later.
    ///
    /// @param maxMillis how long a record may wait for its force, 1 to 60,000
    record Group(long maxMillis) implements Durability {
        public Group {
            if (maxMillis < 1 || maxMillis > 60_000) {
                throw new IllegalArgumentException("maxMillis must be in 1..60000, was " + maxMillis);
            }
        }
    }

    /// See [#OS_BUFFERED].
    record OsBuffered() implements Durability {}
}
