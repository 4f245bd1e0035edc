package dev.kith.cli.data;

import java.io.Closeable;
import java.io.IOException;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A file of records, read one after another in bounded memory. Not thread-safe.
///
/// Values are `String`, `Long`, `Double`, `Float`, `Boolean`, `java.time.Instant`, `List`, `Map` by string, and `float[]` for a list of
/// float32 without nulls, as far as the form of the file knows them.
public interface RecordFile extends Closeable {
    /// The members of the next record by name, or null at the end. A member without a value may be absent or null.
    ///
    /// @throws IllegalArgumentException if the record is malformed; the next one can still be read
    /// @throws IOException if the file is malformed from here on
    @Nullable
    Map<String, @Nullable Object> next() throws IOException;

    /// The file and the place of the record that was read last, for people.
    String where();

    /// How many records there are, or -1 where only reading to the end would tell.
    default long count() {
        return -1;
    }
}
