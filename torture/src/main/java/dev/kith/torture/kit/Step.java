package dev.kith.torture.kit;

import dev.kith.Record;
import java.util.List;

/// One call of the database that changes it, or moves its data between files. Every step leaves the same content when it is
/// done a second time right away, so that one which a crash may or may not have taken can be repeated.
public sealed interface Step {
    /// Writes records, all or none.
    record Upsert(String collection, List<Record> records) implements Step {}

    /// Deletes ids, all or none.
    record Delete(String collection, List<String> ids) implements Step {}

    /// Deletes the records whose `n` is below a bound, all or none.
    record DeleteBelow(String collection, int bound) implements Step {}

    /// Moves the log into segments.
    record Flush(String collection) implements Step {}

    /// Merges all segments.
    record Optimize(String collection) implements Step {}

    /// Makes the collection if it is not there.
    record Create(String collection) implements Step {}

    /// Drops the collection if it is there.
    record Drop(String collection) implements Step {}
}
