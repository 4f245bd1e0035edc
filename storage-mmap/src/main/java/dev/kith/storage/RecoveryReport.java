package dev.kith.storage;

import java.time.Duration;

/// What opening a [WriteAheadLog] found.
///
/// @param filesRead     log files examined
/// @param recordsFound  sound records in them
/// @param recordsReplayed records given to the visitor
/// @param lastSequence  sequence of the last sound record, or what the log was opened after if there is none later
/// @param tail          how the newest file ended
/// @param duration      from start to the last record replayed
public record RecoveryReport(int filesRead, long recordsFound, long recordsReplayed, long lastSequence, Tail tail,
        Duration duration) {

    /// The end of the newest log file.
    ///
    /// @param reason       what follows the last sound record
    /// @param file         name of that log file, empty where there was none
    /// @param offset       where its last sound record ends
    /// @param droppedBytes bytes behind it that are ignored; none of them was ever acknowledged as forced
    public record Tail(Reason reason, String file, long offset, long droppedBytes) {}

    /// Why bytes were dropped.
    public enum Reason {
        /// Nothing was dropped.
        CLEAN,
        /// Only zeros follow: space the file system had given out, but whose content was never written.
        ZEROS,
        /// A record follows that is incomplete, as a crash leaves it.
        TORN
    }

    /// Whether anything but zeros was dropped.
    public boolean dropped() {
        return tail.reason() == Reason.TORN;
    }
}
