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
    /// @throws CorruptDatabaseException if files are damaged or missing
    /// @throws ReadOnlyException if the folder cannot be written
    public static Database open(Path folder, Options options) {
        Objects.requireNonNull(folder, "folder");
        Objects.requireNonNull(options, "options");
        return ServiceLoader.load(DatabaseEngine.class, Kith.class.getClassLoader()).findFirst()
                .orElseThrow(() -> new IllegalStateException(
                        "no dev.kith.DatabaseEngine is on the class path: META-INF/services was lost when jars were merged"))
                .open(folder, options);
    }
}
