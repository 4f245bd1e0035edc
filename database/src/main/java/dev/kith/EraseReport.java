package dev.kith;

import java.nio.file.Path;
import java.util.List;

/// What [Collection#erase(List)] did.
///
/// @param records how many of the ids had a record
/// @param snapshots snapshots taken before, still where they were put: what was erased may be in them, and is only gone when they are
///        deleted
public record EraseReport(long records, List<Path> snapshots) {
    /// Copies.
    public EraseReport {
        snapshots = List.copyOf(snapshots);
    }
}
