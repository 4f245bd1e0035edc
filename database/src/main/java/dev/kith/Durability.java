package dev.kith;

/// When a write is acknowledged.
public sealed interface Durability {
    /// When it is on the disk (`fsync`): it survives a power cut. Writers that wait at the same time share one sync.
    record Sync() implements Durability {}

    /// When it is on the disk, but the sync waits up to `maxMillis` for more writes to share it: fewer syncs, later
    /// acknowledgements, the same promise.
    ///
    /// @param maxMillis in `[1, 10_000]`
    record Group(int maxMillis) implements Durability {
        /// Checks the range.
        public Group {
            if (maxMillis < 1 || maxMillis > 10_000) {
                throw new IllegalArgumentException("maxMillis must be in [1, 10000], was " + maxMillis);
            }
        }
    }

    /// When the operating system has it: it survives the death of the process, not a power cut. Later writes never survive
    /// without the earlier ones.
    record OsBuffered() implements Durability {}

    /// On the disk before the acknowledgement.
    static Durability sync() {
        return new Sync();
    }

    /// On the disk before the acknowledgement, syncs shared within `maxMillis`.
    static Durability group(int maxMillis) {
        return new Group(maxMillis);
    }

    /// With the operating system before the acknowledgement.
    static Durability osBuffered() {
        return new OsBuffered();
    }
}
