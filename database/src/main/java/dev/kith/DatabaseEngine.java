package dev.kith;

import java.nio.file.Path;

/// What stands behind [Kith#open(Path)]; found by `ServiceLoader` in Kith's own jar, so that the face knows no mechanism.
/// Not meant to be implemented elsewhere.
public interface DatabaseEngine {
    /// Opens the database in `folder`.
    Database open(Path folder, Options options);

    /// Makes a database of a snapshot.
    SnapshotReport restore(Path snapshot, Path folder);

    /// Compares a snapshot with its manifest.
    SnapshotReport verifySnapshot(Path snapshot);
}
