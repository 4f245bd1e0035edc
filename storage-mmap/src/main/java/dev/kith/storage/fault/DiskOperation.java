package dev.kith.storage.fault;

import java.nio.file.Path;

/// One change to a [CrashVfs], in the order they were made. Files are numbered, for their names change.
public sealed interface DiskOperation {
    /// A folder entry appeared.
    record CreateDirectory(Path path) implements DiskOperation {}

    /// A file entry appeared.
    record CreateFile(Path path, int file) implements DiskOperation {}

    /// Bytes were written at the end of a file.
    record Write(int file, long offset, byte[] bytes) implements DiskOperation {}

    /// A file was cut.
    record Truncate(int file, long size) implements DiskOperation {}

    /// Everything done to the content of a file before is on stable storage.
    record Force(int file) implements DiskOperation {}

    /// A force failed: what was not forced before may or may not be on stable storage, whatever a later force says.
    record FailedForce(int file) implements DiskOperation {}

    /// A file got another name.
    record Rename(Path from, Path to) implements DiskOperation {}

    /// An entry vanished.
    record Delete(Path path) implements DiskOperation {}

    /// Every change to the entries of a folder before is on stable storage.
    record SyncDirectory(Path path) implements DiskOperation {}

    /// A note of the test, such as an acknowledgement.
    record Mark(Object label) implements DiskOperation {}
}
