package dev.kith.ivfpq;

/// What one search did.
///
/// @param lists inverted lists scanned
/// @param codes rows whose codes were scanned, padding not counted
/// @param refined rows whose finer code, or rounded row where these rank, was read
/// @param exact rows whose exact distance was computed
public record SearchStats(int lists, long codes, int refined, int exact) {
}
