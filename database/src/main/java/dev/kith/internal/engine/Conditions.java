package dev.kith.internal.engine;

import dev.kith.ConflictException;
import dev.kith.InvalidRecordException;
import dev.kith.Record;
import dev.kith.Write;
import java.io.IOException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// What a batch of changes becomes once the records it depends on are known.
final class Conditions {
    private Conditions() {}

    /// Reads records by id as of the last applied write.
    interface Current {
        List<Record> read(List<String> ids) throws IOException;
    }

    /// One change made final: a record to write, or an id to delete.
    record Effect(String id, @Nullable Record record) {}

    /// Whether a change depends on what is there.
    static boolean conditional(Write write) {
        return write instanceof Write.Change || write.ifVersion() != null;
    }

    /// A change without a condition.
    static Effect unconditional(Write write) {
        return resolve(write, null);
    }

    /// Refuses a batch in which a change on a condition shares its id with another.
    static void checkIds(List<Write> batch) {
        Set<String> seen = new HashSet<>();
        Set<String> twice = new HashSet<>();
        for (Write write : batch) {
            if (!seen.add(write.id())) {
                twice.add(write.id());
            }
        }
        for (Write write : batch) {
            if (conditional(write) && twice.contains(write.id())) {
                throw new InvalidRecordException(write.id(), "id", "an id that occurs once in a batch with a condition on it",
                        "the same id again");
            }
        }
    }

    /// The ids of the changes on a condition.
    static List<String> ids(List<Write> batch) {
        return batch.stream().filter(Conditions::conditional).map(Write::id).toList();
    }

    /// @throws ConflictException if a record is not in the version it must be in
    static List<Effect> resolve(List<Write> batch, Current current) throws IOException {
        Map<String, Record> there = new HashMap<>();
        for (Record record : current.read(ids(batch))) {
            there.put(record.id(), record);
        }
        return batch.stream().map(write -> resolve(write, there.get(write.id()))).toList();
    }

    private static Effect resolve(Write write, @Nullable Record there) {
        Long expected = write.ifVersion();
        if (expected != null) {
            long found = there == null ? 0 : there.version();
            boolean met = expected == Write.ANY_VERSION ? there != null : expected == found;
            if (!met) {
                throw new ConflictException(write.id(), expected, found);
            }
        }
        return switch (write) {
            case Write.Upsert(Record record, Long _) -> new Effect(record.id(), record);
            case Write.Delete(String id, Long _) -> new Effect(id, null);
            case Write.Change(dev.kith.Update update, Long version) -> {
                if (there == null) {
                    throw new ConflictException(update.id(), version == null ? Write.ANY_VERSION : version, 0);
                }
                yield new Effect(update.id(), update.applyTo(there));
            }
        };
    }
}
