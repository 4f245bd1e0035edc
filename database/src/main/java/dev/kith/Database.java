package dev.kith;

import java.nio.file.Path;
import java.util.List;

/// An open database: a folder of collections. Thread-safe. Opened by [Kith#open(Path)]; one handle at a time, in one process.
public interface Database extends AutoCloseable {
    /// The folder.
    Path path();

    /// Makes a collection. On return it is on the disk.
    ///
    /// @throws InvalidNameException if the name is malformed or taken
    Collection createCollection(String name, Schema schema);

    /// The collection of that name; the same handle for every caller.
    ///
    /// @throws InvalidNameException if there is none; the message names the nearest
    Collection collection(String name);

    /// The names of all collections, sorted.
    List<String> collections();

    /// Removes a collection and its files. Its handles are closed; searches under way are awaited.
    ///
    /// @throws InvalidNameException if there is none
    void dropCollection(String name);

    /// Takes a snapshot while writing and searching go on: a folder that [Kith#restore(Path, Path)] makes a database of. Each collection is
    /// in it as of one moment, with every write acknowledged before the call. Segment files are linked where the file system can,
    /// else copied; a snapshot on another disk is what protects from the loss of this one.
    ///
    /// @param folder not there yet, and outside the database's folder; its parent is there
    SnapshotReport snapshot(Path folder);

    /// Takes a snapshot that shares with an earlier one the files that have not changed since.
    ///
    /// @param earlier a snapshot of this database, on the same file system as `folder` if its files are to be shared
    SnapshotReport snapshot(Path folder, Path earlier);

    /// Wraps the database's key anew, durable on return: from now on only `next` opens it. The data are not rewritten. Snapshots taken
    /// before still need the provider of their time.
    ///
    /// @throws IllegalStateException if the database is not encrypted
    void rotateKey(KeyProvider next);

    /// Waits for the calls under way, moves all writes from the log into segments, stops merges within two seconds and frees
    /// the folder. A database that is not closed loses nothing: the next open recovers from the log. Idempotent.
    @Override
    void close();
}
