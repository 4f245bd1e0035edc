package dev.kith;

/// Is told what a database does; given to [Options#withObservation]. Called on the thread that did it, after it was done, so it
/// must be quick and thread-safe. What it throws is logged and goes no further. The same moments are events of the JDK Flight
/// Recorder, see [Observation].
public interface Observer {
    /// An observer that does nothing.
    Observer NONE = new Observer() {
    };

    /// A collection was opened or created.
    default void opened(Opened event) {}

    /// A search was answered.
    default void searched(Searched event) {}

    /// A write was acknowledged.
    default void written(Written event) {}

    /// Everything written so far was moved from the log into segments.
    default void flushed(Flushed event) {}

    /// Segments were merged into one.
    default void merged(Merged event) {}

    /// A collection was opened or created.
    ///
    /// @param collection the collection, ready to be asked for its stats
    /// @param recovery what was recovered from the log
    record Opened(Collection collection, CollectionStats.Recovery recovery) {}

    /// A search was answered.
    ///
    /// @param collection name of the collection
    /// @param query what was asked
    /// @param hits how many records were found
    /// @param stats what the search looked at
    /// @param slow whether it took at least [Observation#slowSearch()]
    record Searched(String collection, Query query, int hits, SearchStats stats, boolean slow) {}

    /// A write was acknowledged.
    ///
    /// @param collection name of the collection
    /// @param upserts records written; 0 for a deletion
    /// @param deletes ids asked to be deleted, or records deleted by a filter
    /// @param elapsedNanos from the call until it was durable and visible
    record Written(String collection, long upserts, long deletes, long elapsedNanos) {}

    /// Everything written so far was moved from the log into segments.
    ///
    /// @param collection name of the collection
    /// @param sequence number of the last write in the segments
    /// @param elapsedNanos how long the commit took
    record Flushed(String collection, long sequence, long elapsedNanos) {}

    /// Segments were merged into one.
    ///
    /// @param collection name of the collection
    /// @param segments how many there were
    /// @param records records in them, deleted ones included
    /// @param elapsedNanos how long it took, the building of indexes included
    /// @param failed whether it was given up; the segments then stay as they are
    record Merged(String collection, int segments, long records, long elapsedNanos, boolean failed) {}
}
