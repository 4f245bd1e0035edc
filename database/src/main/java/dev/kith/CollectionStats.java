package dev.kith;

import java.util.List;
import org.jspecify.annotations.Nullable;

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
/// @param integrity how much of the files was compared with its checksums, and what was found
/// @param recall what recall the searches of late had, by field and effort; see [Options#recallChecks()]
/// @param accelerator what was done by a device, see [Options#accelerator()]
/// @param memory what the memory budget of the database comes to
public record CollectionStats(State state, long records, int segments, long deletedRecords, long recentRecords,
        long recentBytes, long sequence, long flushedSequence, long indexBytes, long logBytes, Recovery recovery,
        Integrity integrity, List<RecallEstimate> recall, Accelerator accelerator, Memory memory) {
    /// What a collection can do.
    public enum State {
        /// Reads and writes.
        OPEN,
        /// Reads; writes are refused with [StorageFullException] while the disk is full. Heals by itself once there is room.
        READ_ONLY,
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

    /// Batch work since the collection was opened: exact searches of many queries, builds of indexes, recall checks.
    ///
    /// @param explanation which device is used, or why none is; one line
    /// @param deviceCalls batches that the device answered
    /// @param cpuCalls batches that the CPU answered because that was expected to be sooner, or there is no device
    /// @param fallbacks batches that the device refused or failed, so that the CPU answered; an alarm if it grows
    /// @param lastFailure why the last of these, or null
    public record Accelerator(String explanation, long deviceCalls, long cpuCalls, long fallbacks,
            @Nullable String lastFailure) {}

    /// What is known about the files that were there when the collection was opened. Those written since were made by this process.
    ///
    /// @param filesBytes bytes of the segment files found at open
    /// @param verifiedBytes how many of them have been read and agree with their checksums
    /// @param indexesSetAside segments with an index that is damaged or missing: searches scan them exactly until a merge, begun by
    ///        itself, has built a new one
    /// @param olderCommit whether the newest commit could not be read, so that the one before it and the log were used; nothing
    ///        acknowledged is missing
    /// @param damage damage found in records or vectors since the collection was opened, or null. Nothing is read from it any more
    public record Integrity(long filesBytes, long verifiedBytes, int indexesSetAside, boolean olderCommit,
            @Nullable String damage) {
        /// The share of the files that has been verified, in [0, 1].
        public double verifiedFraction() {
            return filesBytes == 0 ? 1 : (double) verifiedBytes / filesBytes;
        }
    }

    /// The memory budget of the database, and what this collection gave up for it.
    ///
    /// @param budgetBytes of all collections together ([Options#memoryBytes()]), or `Long.MAX_VALUE` for none
    /// @param buildBytes of them that building indexes has taken now, by the estimate made before it began
    /// @param mostBuildBytes the most that building indexes had taken since the database was opened
    /// @param givenUp what this collection gave up since then, oldest first, at most 16 sentences: a smaller index than the schema
    ///        asks for, or fewer threads
    public record Memory(long budgetBytes, long buildBytes, long mostBuildBytes, List<String> givenUp) {
        /// Copies.
        public Memory {
            givenUp = List.copyOf(givenUp);
        }
    }
}
