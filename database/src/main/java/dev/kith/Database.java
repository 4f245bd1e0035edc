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

    /// Waits for the calls under way, moves all writes from the log into segments, stops merges within two seconds and frees
    /// the folder. A database that is not closed loses nothing: the next open recovers from the log. Idempotent.
    @Override
    void close();
}
