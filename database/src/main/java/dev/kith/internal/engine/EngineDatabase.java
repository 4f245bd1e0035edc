package dev.kith.internal.engine;

import dev.kith.ClosedException;
import dev.kith.Collection;
import dev.kith.Database;
import dev.kith.InvalidNameException;
import dev.kith.KeyProvider;
import dev.kith.KithException;
import dev.kith.Options;
import dev.kith.Safety;
import dev.kith.Schema;
import dev.kith.SnapshotReport;
import dev.kith.core.batch.BatchScorers;
import dev.kith.internal.format.Catalog;
import dev.kith.internal.format.SchemaCodec;
import dev.kith.internal.index.MemoryBudget;
import dev.kith.internal.model.NumberedSchema;
import dev.kith.storage.UnmappedVfs;
import dev.kith.internal.model.RecordCheck;
import dev.kith.storage.Vfs;
import dev.kith.storage.VfsLock;
import dev.kith.storage.crypt.DataKey;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// One open database: the lock over its folder, the catalog, and the collections.
///
/// | in the folder | what |
/// |---|---|
/// | `LOCK` | locked by the process that has the database open; never deleted |
/// | `KEYS` | the data key of an encrypted database, wrapped by the caller's key provider |
/// | `SNAPSHOTS` | where snapshots were put |
/// | `CATALOG` | names and numbers of the collections; replacing it makes a creation or a drop take effect |
/// | `c<number>/SCHEMA` | the schema |
/// | `c<number>/log/` | the write-ahead log |
/// | `c<number>/index/` | Lucene's segments and commits |
public final class EngineDatabase implements Database {
    private static final String LOCK = "LOCK";
    private static final String CATALOG = "CATALOG";
    private static final Set<String> BEFORE_THE_CATALOG = Set.of(LOCK, CATALOG + SmallFiles.UNFINISHED, Keys.FILE,
            Keys.FILE + SmallFiles.UNFINISHED);
    private static final Pattern COLLECTION_FOLDER = Pattern.compile("c[0-9]+");

    private final DatabaseFiles files;
    private final Vfs vfs;
    private final Path folder;
    private final Options options;
    private final VfsLock lock;
    private final SnapshotRegistry snapshots;
    private final BatchScorers scorers;
    private final MemoryBudget memory;
    private final InstantSource clock;
    private final Map<String, EngineCollection> open = new ConcurrentSkipListMap<>();
    private Catalog catalog;
    private volatile boolean closed;

    private EngineDatabase(DatabaseFiles files, Options options, Catalog catalog, InstantSource clock) {
        this.files = files;
        this.clock = clock;
        this.vfs = files.vfs();
        this.folder = files.folder();
        this.options = options;
        this.lock = files.lock();
        this.snapshots = new SnapshotRegistry(vfs, folder);
        this.catalog = catalog;
        this.scorers = BatchScorers.open(options.accelerator());
        this.memory = new MemoryBudget(options.memoryBytes());
    }

    /// Opens or makes the database in a folder, with all file work done through `vfs`.
    public static Database open(Vfs vfs, Path folder, Options options) {
        return open(vfs, folder, options, InstantSource.system());
    }

    /// The same with another clock, by which records end and snapshots are dated. It may jump as it likes. Waiting does not go by
    /// it, nor do the ids that are made for records without one.
    public static Database open(Vfs vfs, Path folder, Options options, InstantSource clock) {
        Path absolute = folder.toAbsolutePath().normalize();
        Vfs used = options.safety().reading() == Safety.Reading.COPIED ? new UnmappedVfs(vfs) : vfs;
        return OwnThreads.call("kith-open", () -> openHere(used, absolute, options, clock));
    }

    private static Database openHere(Vfs raw, Path folder, Options options, InstantSource clock) throws IOException {
        boolean fresh = !holdsDatabase(raw, folder, options);
        if (fresh) {
            raw.createDirectories(folder);
        }
        VfsLock lock = raw.lock(folder.resolve(LOCK));
        EngineDatabase database = null;
        try {
            settle(raw, folder);
            boolean first = !raw.exists(folder.resolve(CATALOG));
            DatabaseFiles files = DatabaseFiles.of(raw, folder, lock, Keys.open(raw, folder, options.safety().keys(), first));
            Vfs vfs = files.vfs();
            if (first) {
                Catalog empty = Catalog.empty(UUID.randomUUID());
                SmallFiles.replace(vfs, folder.resolve(CATALOG), SmallFiles.CATALOG, empty.encode());
            }
            Catalog catalog = SmallFiles.read(vfs, folder.resolve(CATALOG), SmallFiles.CATALOG, Catalog::decode);
            database = new EngineDatabase(files, options, catalog, clock);
            database.collectLeftovers();
            for (Map.Entry<String, Integer> entry : catalog.collections().entrySet()) {
                database.openCollection(entry.getKey(), entry.getValue());
            }
            return database;
        } catch (IOException | RuntimeException | Error failure) {
            if (database != null) {
                database.abandon(failure);
            }
            lock.close();
            throw failure;
        }
    }

    /// Makes the entries seen durable before anything is built on them: a process killed between a rename and its sync leaves
    /// a catalog that is there, and that a power cut would still take away, with all that was written and deleted since.
    private static void settle(Vfs vfs, Path folder) throws IOException {
        vfs.syncDirectory(folder);
        Path parent = folder.getParent();
        if (parent != null && Files.isReadable(parent)) { // what cannot be read cannot be synced
            vfs.syncDirectory(parent);
        }
    }

    /// Whether the folder holds a catalog; else it must be free for one.
    private static boolean holdsDatabase(Vfs vfs, Path folder, Options options) throws IOException {
        if (!vfs.exists(folder)) {
            if (!options.createIfMissing()) {
                throw Failures.notADatabase(folder.toString(), "there is no such folder");
            }
            return false;
        }
        if (!Files.isDirectory(folder)) {
            throw Failures.notADatabase(folder.toString(), "it is not a folder");
        }
        List<String> names = vfs.list(folder);
        if (names.contains(SnapshotFiles.MANIFEST)) {
            throw Failures.notADatabase(folder.toString(), "it is a snapshot; restore it to another folder and open that");
        }
        if (names.contains(CATALOG)) {
            return true;
        }
        for (String name : names) {
            if (!BEFORE_THE_CATALOG.contains(name)) {
                throw Failures.notADatabase(folder.toString(), "it holds '" + name + "' but no " + CATALOG + " file");
            }
        }
        if (!options.createIfMissing()) {
            throw Failures.notADatabase(folder.toString(), "it is empty");
        }
        return false;
    }

    /// Deletes what a crash in the middle of a creation or a drop left behind: folders of collections that the catalog does
    /// not list, and unfinished files. Anything else in the folder is not ours and stays.
    private void collectLeftovers() throws IOException {
        for (String name : vfs.list(folder)) {
            boolean unlisted = COLLECTION_FOLDER.matcher(name).matches()
                    && catalog.collections().values().stream().noneMatch(n -> name.equals("c" + n));
            if (unlisted) {
                deleteFolder(folder.resolve(name));
            } else if (name.equals(CATALOG + SmallFiles.UNFINISHED)) {
                vfs.delete(folder.resolve(name));
            }
        }
    }

    private void deleteFolder(Path path) throws IOException {
        for (String name : vfs.list(path)) {
            Path child = path.resolve(name);
            if (Files.isDirectory(child, java.nio.file.LinkOption.NOFOLLOW_LINKS)) {
                deleteFolder(child);
            } else {
                vfs.delete(child);
            }
        }
        vfs.delete(path);
    }

    private void abandon(Throwable failure) {
        for (EngineCollection collection : open.values()) {
            try {
                collection.store().close(false);
            } catch (IOException | RuntimeException e) {
                failure.addSuppressed(e);
            }
        }
        try {
            scorers.close();
        } catch (RuntimeException e) {
            failure.addSuppressed(e);
        }
    }

    private Setup setup(String name, int number, @Nullable NumberedSchema given) throws IOException {
        Path path = folder.resolve("c" + number);
        UUID storeId = new UUID(catalog.storeId().getMostSignificantBits(), catalog.storeId().getLeastSignificantBits() + number);
        NumberedSchema schema = given != null
                ? given
                : SmallFiles.read(vfs, path.resolve("SCHEMA"), SmallFiles.SCHEMA, SchemaCodec::decode);
        return new Setup(vfs, path, name, storeId, schema, options, Accelerators.of(scorers, options.accelerator()),
                files.sealer(storeId), memory, clock);
    }

    private EngineCollection openCollection(String name, int number) throws IOException {
        EngineCollection collection = new EngineCollection(CollectionStore.open(setup(name, number, null)), this, snapshots);
        open.put(name, collection);
        collection.store().watch().opened(collection, collection.store().recovery());
        return collection;
    }

    private void ensureOpen() {
        if (closed) {
            throw new ClosedException("database " + folder);
        }
    }

    @Override
    public Path path() {
        return folder;
    }

    @Override
    public synchronized Collection createCollection(String name, Schema schema) {
        ensureOpen();
        InvalidNameException.check(name);
        Objects.requireNonNull(schema, "schema");
        if (catalog.collections().containsKey(name)) {
            throw new InvalidNameException(name, "a name that is free", "a collection of that name");
        }
        Schema fitted = RecordCheck.fitDefaults(schema);
        return OwnThreads.call("kith-create", () -> {
            int number = catalog.nextNumber();
            Path path = folder.resolve("c" + number);
            if (vfs.exists(path)) { // left by a creation that failed in this process
                deleteFolder(path);
            }
            CollectionStore.create(setup(name, number, NumberedSchema.first(fitted)));
            vfs.syncDirectory(folder);
            replaceCatalog(catalog.with(name));
            return openCollection(name, number);
        });
    }

    private void replaceCatalog(Catalog next) throws IOException {
        lock.ensureHeld();
        SmallFiles.replace(vfs, folder.resolve(CATALOG), SmallFiles.CATALOG, next.encode());
        catalog = next;
    }

    @Override
    public Collection collection(String name) {
        ensureOpen();
        EngineCollection collection = open.get(name);
        if (collection == null) {
            throw unknown(name);
        }
        return collection;
    }

    private InvalidNameException unknown(String name) {
        String nearest = InvalidNameException.nearest(name, open.keySet());
        return new InvalidNameException(name,
                "a collection of this database" + (nearest == null ? "" : ", such as '" + nearest + "'"),
                "no collection of that name");
    }

    @Override
    public List<String> collections() {
        ensureOpen();
        return List.copyOf(open.keySet());
    }

    @Override
    public synchronized void dropCollection(String name) {
        ensureOpen();
        EngineCollection collection = open.get(name);
        if (collection == null) {
            throw unknown(name);
        }
        OwnThreads.call("kith-drop", () -> {
            replaceCatalog(catalog.without(name));
            open.remove(name);
            collection.store().close(false);
            deleteFolder(collection.store().setup().folder());
            return true;
        });
    }

    @Override
    public SnapshotReport snapshot(Path target) {
        return take(target, null);
    }

    @Override
    public SnapshotReport snapshot(Path target, Path earlier) {
        return take(target, earlier.toAbsolutePath().normalize());
    }

    private synchronized SnapshotReport take(Path target, @Nullable Path earlier) {
        ensureOpen();
        Path absolute = target.toAbsolutePath().normalize();
        if (absolute.startsWith(folder)) {
            throw new IllegalArgumentException(
                    "a snapshot must lie outside the database's folder " + folder + ", was " + absolute);
        }
        return OwnThreads.call("kith-snapshot", () -> snapshots.exclusively(() -> takeHere(absolute, earlier)));
    }

    private SnapshotReport takeHere(Path target, @Nullable Path earlier) throws IOException {
        if (earlier != null) {
            UUID other = new SnapshotFiles(files.raw()).manifest(earlier).storeId();
            if (!other.equals(catalog.storeId())) {
                throw new IllegalArgumentException(earlier + " is a snapshot of another database");
            }
        }
        SnapshotTaker taker = new SnapshotTaker(files.raw(), target, earlier);
        try {
            for (Map.Entry<String, EngineCollection> entry : open.entrySet()) {
                int number = Objects.requireNonNull(catalog.collections().get(entry.getKey()));
                taker.add(number, entry.getValue().store());
            }
            taker.addSmall(folder.resolve(CATALOG));
            if (files.key() != null) {
                taker.addSmall(folder.resolve(Keys.FILE));
            }
            long now = clock.millis();
            snapshots.add(target, now);
            return taker.finish(catalog.storeId(), now);
        } catch (IOException | RuntimeException | Error failure) {
            taker.abandon(failure);
            throw failure;
        }
    }

    @Override
    public synchronized void rotateKey(KeyProvider next) {
        ensureOpen();
        DataKey key = files.key();
        if (key == null) {
            throw new IllegalStateException(folder + " is not encrypted, so it has no key to rotate");
        }
        OwnThreads.call("kith-rotate", () -> {
            lock.ensureHeld();
            Keys.write(files.raw(), folder, key, next);
            return true;
        });
    }

    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        OwnThreads.call("kith-close", () -> {
            RuntimeException failure = null;
            for (EngineCollection collection : open.values()) {
                try {
                    collection.store().close(true);
                } catch (IOException | RuntimeException e) {
                    RuntimeException translated = Failures.translate(e);
                    if (failure == null) {
                        failure = translated;
                    } else {
                        failure.addSuppressed(translated);
                    }
                }
            }
            try {
                scorers.close();
            } catch (RuntimeException e) {
                if (failure == null) {
                    failure = e;
                } else {
                    failure.addSuppressed(e);
                }
            }
            lock.close();
            if (failure instanceof KithException known) {
                throw known;
            }
            if (failure != null) {
                throw failure;
            }
            return true;
        });
    }

    @Override
    public String toString() {
        return "Database[" + folder + "]";
    }
}
