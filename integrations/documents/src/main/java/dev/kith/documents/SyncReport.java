package dev.kith.documents;

/// What a [Documents#sync] did.
///
/// @param added chunks whose id was new
/// @param updated chunks whose text or metadata changed
/// @param unchanged chunks left alone
/// @param deleted chunks that had vanished from the source
/// @param embedded texts given to the embedding function
/// @param resumed embeddings taken over from an earlier sync that did not end
/// @param writes writes in which all became visible: 0 if nothing changed, 1 if it was atomic
public record SyncReport(long added, long updated, long unchanged, long deleted, long embedded, long resumed, int writes) {}
