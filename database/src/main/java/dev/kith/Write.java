package dev.kith;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// One change in a batch of [Collection#write(java.util.List)], perhaps on a condition.
///
/// {@snippet :
/// Record read = collection.get("a");
/// collection.write(
///         Write.update(Update.of("a").set("stock", 4)).ifVersion(read.version()), // a ConflictException if somebody was first
///         Write.insert(order),                                                    // or if there is such a record already
///         Write.delete("basket"));
/// }
///
/// A version is the sequence number of the write that made the record ([Record#version()]): each write of a record gives it a
/// greater one.
public sealed interface Write {
    /// As an expected version: some record must be there, in whatever version.
    long ANY_VERSION = -1;

    /// The id it concerns.
    String id();

    /// What version the record must be in: 0 for no record, [#ANY_VERSION] for any record; null for no condition.
    @Nullable
    Long ifVersion();

    /// The record replaces whatever has its id.
    record Upsert(Record record, @Nullable Long ifVersion) implements Write {
        /// Checks for null and the version.
        public Upsert {
            Objects.requireNonNull(record, "record");
            checkVersion(record.id(), ifVersion);
        }

        @Override
        public String id() {
            return record.id();
        }
    }

    /// Parts of a record that is there are changed, the others stay.
    record Change(Update update, @Nullable Long ifVersion) implements Write {
        /// Checks for null and the version.
        public Change {
            Objects.requireNonNull(update, "update");
            checkVersion(update.id(), ifVersion);
        }

        @Override
        public String id() {
            return update.id();
        }
    }

    /// The record is gone.
    record Delete(String id, @Nullable Long ifVersion) implements Write {
        /// Checks for null and the version.
        public Delete {
            Objects.requireNonNull(id, "id");
            checkVersion(id, ifVersion);
        }
    }

    /// Writes a record, in place of the one of its id if there is one.
    static Write upsert(Record record) {
        return new Upsert(record, null);
    }

    /// Writes a record whose id must be free.
    static Write insert(Record record) {
        return new Upsert(record, 0L);
    }

    /// Changes parts of a record, which must be there.
    static Write update(Update update) {
        return new Change(update, ANY_VERSION);
    }

    /// Deletes a record if it is there.
    static Write delete(String id) {
        return new Delete(id, null);
    }

    /// This write, but only if the record is in that version.
    ///
    /// @param version a [Record#version()]; 0 for no record, [#ANY_VERSION] for any
    default Write ifVersion(long version) {
        return switch (this) {
            case Upsert upsert -> new Upsert(upsert.record, version);
            case Change change -> new Change(change.update, version);
            case Delete delete -> new Delete(delete.id, version);
        };
    }

    private static void checkVersion(String id, @Nullable Long version) {
        if (version != null && version < ANY_VERSION) {
            throw new InvalidRecordException(id, "version", "a version, 0 or ANY_VERSION", Long.toString(version));
        }
    }
}
