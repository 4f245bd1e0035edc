package dev.kith;

/// A collection at one moment.
///
/// @param state whether it takes writes
/// @param records live records
/// @param segments immutable segments
/// @param deletedRecords records deleted or replaced whose space is not yet reclaimed
/// @param recentRecords records and tombstones held in memory until the next refresh; they are in the log too
/// @param recentBytes memory those take outside the heap
/// @param sequence number of the last write
/// @param flushedSequence number of the last write that the segments on disk hold without the log
/// @param indexBytes bytes of the segment files
/// @param logBytes bytes of the log files
/// @param recovery what the last open had to recover
public record CollectionStats(State state, long records, int segments, long deletedRecords, long recentRecords,
        long recentBytes, long sequence, long flushedSequence, long indexBytes, long logBytes, Recovery recovery) {
    /// What a collection can do.
    public enum State {
        /// Reads and writes.
        OPEN,
        /// Reads; every write is refused until the database is opened again. See [DatabaseFailedException].
        FAILED,
        /// Nothing.
        CLOSED
    }

    /// What opening recovered from the log.
    ///
    /// @param operations writes applied again
    /// @param logFiles files of log read
    /// @param tornBytes bytes of an unfinished, never acknowledged write dropped at the end of the log
    /// @param elapsedNanos how long it took
    public record Recovery(long operations, int logFiles, long tornBytes, long elapsedNanos) {}
}
