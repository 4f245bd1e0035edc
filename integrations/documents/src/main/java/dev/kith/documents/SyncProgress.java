package dev.kith.documents;

/// How far a [Documents#sync] is.
///
/// @param read chunks of the source read so far
/// @param unchanged of these, neither embedded nor written
/// @param embedded of these, embedded by this sync
public record SyncProgress(long read, long unchanged, long embedded) {}
