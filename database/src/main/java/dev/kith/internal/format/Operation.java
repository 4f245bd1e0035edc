package dev.kith.internal.format;

import dev.kith.Record;

/// One effect on a collection, as the log keeps it: never a condition, always the ids and records themselves.
public sealed interface Operation {
    /// The id it concerns.
    String id();

    /// The record replaces whatever has its id.
    ///
    /// @param record fits the schema
    /// @param source its [RecordCodec#source(Record)]
    record Upsert(Record record, byte[] source) implements Operation {
        @Override
        public String id() {
            return record.id();
        }
    }

    /// The record of that id, if any, is gone.
    record Delete(String id) implements Operation {}
}
