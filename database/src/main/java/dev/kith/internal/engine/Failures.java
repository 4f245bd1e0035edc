package dev.kith.internal.engine;

import dev.kith.CorruptDatabaseException;
import dev.kith.DatabaseFailedException;
import dev.kith.DatabaseLockedException;
import dev.kith.KithException;
import dev.kith.NotADatabaseException;
import dev.kith.ReadOnlyException;
import dev.kith.StorageFullException;
import dev.kith.UnsupportedVersionException;
import dev.kith.core.CorruptBytesException;
import dev.kith.storage.CorruptFileException;
import dev.kith.storage.FileAccessException;
import dev.kith.storage.FolderLockedException;
import dev.kith.storage.MissingFileException;
import dev.kith.storage.NoSpaceException;
import dev.kith.storage.StorageException;
import dev.kith.storage.StorageFailedException;
import dev.kith.storage.UnsupportedFormatException;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.lucene.index.CorruptIndexException;
import org.apache.lucene.index.IndexFormatTooNewException;
import org.apache.lucene.index.IndexFormatTooOldException;
import org.apache.lucene.index.IndexNotFoundException;

/// Turns what storage and Lucene throw into the family of the face, keeping the original as the cause.
final class Failures {
    private static final Pattern CHECKSUM = Pattern.compile("expected=([0-9a-f]+) actual=([0-9a-f]+)");

    private static final int MAX_CAUSES = 50;

    private Failures() {}

    /// The exception to throw to the caller.
    static RuntimeException translate(Throwable failure) {
        return switch (failure) {
            case KithException known -> known;
            case IllegalArgumentException mistake -> mistake;
            case UncheckedIOException wrapped when wrapped.getCause() != null -> translate(wrapped.getCause());
            case StorageException storage -> storage(storage);
            case CorruptIndexException corrupt -> corrupt(corrupt);
            case CorruptBytesException index ->
                new CorruptDatabaseException("index", index.byteOffset(), "a sound " + index.what(),
                        String.valueOf(index.getMessage()), index);
            case IndexFormatTooNewException newer ->
                new UnsupportedVersionException(String.valueOf(newer.getResourceDescription()),
                        newer.getVersion(), newer.getMaxVersion());
            case IndexFormatTooOldException older ->
                new CorruptDatabaseException(String.valueOf(older.getResourceDescription()), -1,
                        "a format this release writes", String.valueOf(older.getMessage()), older);
            case IndexNotFoundException missing -> new CorruptDatabaseException(String.valueOf(missing.getMessage()), -1,
                    "a commit of the index", "none", missing);
            case NoSuchFileException missing -> missing(missing.getFile(), missing);
            case EOFException cut ->
                new CorruptDatabaseException("index", -1, "a complete file", String.valueOf(cut.getMessage()), cut);
            case IOException io when noSpace(io) -> new StorageFullException(String.valueOf(io.getMessage()), io);
            case IOException io -> new dev.kith.StorageException(String.valueOf(io.getMessage()), io);
            case InternalError unreadable -> new dev.kith.StorageException(
                    "a mapped file became unreadable: it was cut off or the disk failed", unreadable);
            case RuntimeException ours -> ours;
            case Error ours -> throw ours;
            default -> new IllegalStateException(failure);
        };
    }

    /// Whether the disk was full and nothing worse happened: no force, rename or directory sync failed.
    static boolean isNoSpace(Throwable failure) {
        boolean full = false;
        Throwable at = failure;
        for (int depth = 0; at != null && depth < MAX_CAUSES; depth++, at = at.getCause()) {
            if (at instanceof StorageFailedException) {
                return false;
            }
            full |= at instanceof NoSpaceException || at instanceof StorageFullException
                    || at instanceof IOException io && noSpace(io);
        }
        return full;
    }

    /// Whether a failure says that bytes on disk are not what was written.
    static boolean isDamage(Throwable failure) {
        return switch (failure) {
            case Error _ -> failure instanceof InternalError;
            default -> translate(failure) instanceof CorruptDatabaseException || failure.getCause() != null
                    && failure.getCause() != failure && isDamage(failure.getCause());
        };
    }

    /// What Lucene says of a file, or what Kith's own files said to Lucene.
    private static CorruptDatabaseException corrupt(CorruptIndexException corrupt) {
        String file = String.valueOf(corrupt.getResourceDescription());
        if (corrupt.getCause() instanceof CorruptFileException place) {
            return new CorruptDatabaseException(file, place.offset(), place.what() + " " + place.expected(), place.found(),
                    corrupt);
        }
        String message = String.valueOf(corrupt.getOriginalMessage());
        Matcher checksum = CHECKSUM.matcher(message);
        return checksum.find()
                ? new CorruptDatabaseException(file, -1, "checksum " + checksum.group(1), checksum.group(2), corrupt)
                : new CorruptDatabaseException(file, -1, "sound bytes", message, corrupt);
    }

    private static KithException storage(StorageException failure) {
        return switch (failure) {
            case CorruptFileException c ->
                new CorruptDatabaseException(c.file(), c.offset(), c.what() + " " + c.expected(), c.found(), c);
            case UnsupportedFormatException u ->
                new dev.kith.CorruptDatabaseException(u.file(), 0, u.what() + " " + u.supported(),
                        u.found() + " (written by another release?)", u);
            case FolderLockedException l -> new DatabaseLockedException(String.valueOf(l.getMessage()), l);
            case NoSpaceException n -> new StorageFullException(String.valueOf(n.getMessage()), n);
            case StorageFailedException f -> new DatabaseFailedException(String.valueOf(f.getMessage()), f);
            case MissingFileException m -> missing(m.file(), m);
            case FileAccessException a when readOnly(a) -> new ReadOnlyException(String.valueOf(a.getMessage()), a);
            default -> new dev.kith.StorageException(String.valueOf(failure.getMessage()), failure);
        };
    }

    private static CorruptDatabaseException missing(String file, Throwable cause) {
        return new CorruptDatabaseException(file, -1, "the file", "no such file", cause);
    }

    private static boolean readOnly(FileAccessException failure) {
        return failure.getCause() instanceof AccessDeniedException
                || String.valueOf(failure.getMessage()).toLowerCase(Locale.ROOT).contains("read-only");
    }

    private static boolean noSpace(IOException failure) {
        return String.valueOf(failure.getMessage()).toLowerCase(Locale.ROOT).contains("no space left");
    }

    /// The folder is something else.
    static NotADatabaseException notADatabase(String folder, String why) {
        return new NotADatabaseException(folder + " is not a Kith database: " + why, null);
    }
}
