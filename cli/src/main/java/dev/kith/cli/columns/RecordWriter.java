package dev.kith.cli.columns;

import java.io.Closeable;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Writes records to a columnar file; complete when closed. Not thread-safe.
public interface RecordWriter extends Closeable {
    /// Adds a record: its values in the order of the columns, as [Column#plain] makes them, null where there is none.
    void add(List<@Nullable Object> values) throws IOException;
}
