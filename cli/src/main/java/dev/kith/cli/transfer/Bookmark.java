package dev.kith.cli.transfer;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;

/// How many rows of some files are in the database, in a small file of its own, so that an import that was killed goes on there.
/// It is replaced after each acknowledged batch; a lost replacement costs a batch written twice, which changes nothing.
public final class Bookmark {
    private final Path file;
    private final String sources;
    private long rows;

    private Bookmark(Path file, String sources, long rows) {
        this.file = file;
        this.sources = sources;
        this.rows = rows;
    }

    /// Opens the bookmark in `file`, or begins one.
    ///
    /// @param sources the files that are imported
    /// @throws IllegalArgumentException if the bookmark is of other files, or they have changed since
    public static Bookmark open(Path file, List<Path> sources) throws IOException {
        StringBuilder described = new StringBuilder();
        for (Path source : sources) {
            described.append(Files.size(source)).append(' ').append(Files.getLastModifiedTime(source).toMillis()).append(' ')
                    .append(source.toAbsolutePath().normalize()).append('\n');
        }
        if (!Files.exists(file)) {
            return new Bookmark(file, described.toString(), 0);
        }
        String text = Files.readString(file);
        int end = text.indexOf('\n');
        long rows;
        try {
            rows = Long.parseLong(end < 0 ? text : text.substring(0, end));
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(file + ": expected a bookmark of an import, whose first line is a number of rows",
                    e);
        }
        if (rows < 0 || !text.substring(end + 1).contentEquals(described)) {
            throw new IllegalArgumentException(file + ": the bookmark is of other files, or they have changed since; expected\n"
                    + described + "found\n" + text.substring(end + 1));
        }
        return new Bookmark(file, described.toString(), rows);
    }

    /// Rows that need not be written again.
    public long rows() {
        return rows;
    }

    /// Says that the first `count` rows are in the database.
    public void at(long count) throws IOException {
        rows = count;
        Path fresh = file.resolveSibling(file.getFileName() + ".new");
        Files.writeString(fresh, count + "\n" + sources);
        Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    /// The import is complete.
    public void done() throws IOException {
        Files.deleteIfExists(file);
    }
}
