package dev.kith;

import java.nio.file.Path;
import java.util.Objects;
import java.util.ServiceLoader;

/// Opens databases.
///
/// {@snippet :
/// try (Database database = Kith.open(Path.of("my-data"))) {
///     Collection words = database.createCollection("words",
///             Schema.builder().vector("embedding", 384, Metric.COSINE).keyword("pos").build());
///     words.upsert(Record.builder("dog").vector("embedding", embedding).field("pos", "noun").build());
///     SearchResult result = words.search(Query.nearest("embedding", query).k(10).filter(Filter.eq("pos", "noun")));
/// }
/// }
public final class Kith {
    private Kith() {}

    /// Opens the database in `folder` with [Options#defaults()], making it if the folder is missing or empty.
    public static Database open(Path folder) {
        return open(folder, Options.defaults());
    }

    /// Opens the database in `folder`, recovering every acknowledged write if it was not closed.
    ///
    /// @throws DatabaseLockedException if it is open elsewhere
    /// @throws NotADatabaseException if the folder holds something else, or nothing and `createIfMissing` is false
    /// @throws UnsupportedVersionException if a newer Kith wrote it
    /// @throws WrongKeyException if it is encrypted and `options` has another key or none, or the reverse
    /// @throws CorruptDatabaseException if files are damaged or missing
    /// @throws ReadOnlyException if the folder cannot be written
    public static Database open(Path folder, Options options) {
        Objects.requireNonNull(folder, "folder");
        Objects.requireNonNull(options, "options");
        return engine().open(folder, options);
    }

    /// Makes a database of a snapshot: every file is compared with the snapshot's manifest while it is copied, and the folder gets its
    /// name when all of it is on stable storage. A snapshot from elsewhere can do no harm: no path of it leads out of the folder, and
    /// no link in it is followed.
    ///
    /// @param snapshot taken by [Database#snapshot(Path)]
    /// @param folder not there yet, or empty
    /// @throws CorruptDatabaseException if a file of the snapshot is damaged, missing, or not one of a snapshot
    public static SnapshotReport restore(Path snapshot, Path folder) {
        return engine().restore(snapshot, folder);
    }

    /// Compares every file of a snapshot with its manifest.
    ///
    /// @throws CorruptDatabaseException if one does not agree
    public static SnapshotReport verifySnapshot(Path snapshot) {
        return engine().verifySnapshot(snapshot);
    }

    private static DatabaseEngine engine() {
        return ServiceLoader.load(DatabaseEngine.class, Kith.class.getClassLoader()).findFirst()
                .orElseThrow(() -> new IllegalStateException(
                        "no dev.kith.DatabaseEngine is on the class path: META-INF/services was lost when jars were merged"));
    }
}
