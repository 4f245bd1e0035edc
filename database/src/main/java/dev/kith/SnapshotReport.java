package dev.kith;

import java.nio.file.Path;

/// What a snapshot consists of.
///
/// @param folder the snapshot
/// @param files files in it
/// @param bytes their bytes
/// @param linkedFiles files that share their bytes on disk with the database or an earlier snapshot; the others were copied
public record SnapshotReport(Path folder, int files, long bytes, int linkedFiles) {}
