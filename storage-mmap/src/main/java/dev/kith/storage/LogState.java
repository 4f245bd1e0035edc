package dev.kith.storage;

/// What a [WriteAheadLog] can do at the moment.
public enum LogState {
    /// Appends are taken.
    OPEN,
    /// The disk is full: appends are refused until there is room again, which the log notices by itself.
    NO_SPACE,
    /// A force, rename or directory sync has failed; only opening anew heals.
    FAILED,
    /// Closed by its owner.
    CLOSED
}
