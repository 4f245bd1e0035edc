package dev.kith.cli.transfer;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/// What an import could not take: a JSON object a line with `where` and `error`. Without a file the first bad row ends the import.
public final class BadRows implements Closeable {
    private final @Nullable JsonGenerator out;
    private long count;

    private BadRows(@Nullable JsonGenerator out) {
        this.out = out;
    }

    /// Ends the import at the first bad row.
    public static BadRows none() {
        return new BadRows(null);
    }

    /// Writes bad rows to `file`.
    ///
    /// @param append after what is there, as a resumed import wants it
    public static BadRows to(Path file, boolean append) throws IOException {
        JsonGenerator out = new JsonFactory().createGenerator(append
                ? Files.newBufferedWriter(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND)
                : Files.newBufferedWriter(file));
        out.setRootValueSeparator(null);
        return new BadRows(out);
    }

    /// Writes one down.
    ///
    /// @throws IllegalArgumentException if bad rows end the import
    /// @throws IOException if they do and the row could not even be read, or it cannot be written down
    public void add(String where, RuntimeException failure) throws IOException {
        String error = String.valueOf(failure.getMessage());
        if (out == null && failure.getCause() instanceof IOException unreadable) {
            throw unreadable;
        }
        if (out == null) {
            throw new IllegalArgumentException(where + ": " + error, failure);
        }
        out.writeStartObject();
        out.writeStringField("where", where);
        out.writeStringField("error", error);
        out.writeEndObject();
        out.writeRaw('\n');
        out.flush();
        count++;
    }

    /// How many there were.
    public long count() {
        return count;
    }

    @Override
    public void close() throws IOException {
        if (out != null) {
            out.close();
        }
    }
}
