package dev.kith;

/// What one search looked at.
///
/// @param sequence the search saw every write up to this sequence number and none above
/// @param segments immutable segments searched
/// @param recentRecords records searched that are not yet in a segment
/// @param distances exact distances between vectors that were computed
/// @param elapsedNanos time from the call to the answer
public record SearchStats(long sequence, int segments, int recentRecords, long distances, long elapsedNanos) {}
