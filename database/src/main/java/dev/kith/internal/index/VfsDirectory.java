package dev.kith.internal.index;

import dev.kith.storage.FileExistsException;
import dev.kith.storage.MissingFileException;
import dev.kith.storage.StorageException;
import dev.kith.storage.StorageFailedException;
import dev.kith.storage.Vfs;
import dev.kith.storage.VfsFile;
import dev.kith.storage.WriteMode;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.foreign.Arena;
import java.nio.ByteBuffer;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Pattern;
import org.apache.lucene.index.IndexFileNames;
import org.apache.lucene.store.AlreadyClosedException;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.IOContext;
import org.apache.lucene.store.IndexInput;
import org.apache.lucene.store.IndexOutput;
import org.apache.lucene.store.Lock;
import org.apache.lucene.store.LockObtainFailedException;
import org.apache.lucene.store.MMapDirectory;
import org.apache.lucene.store.NoLockFactory;
import org.apache.lucene.store.OutputStreamIndexOutput;
import org.jspecify.annotations.Nullable;

/// A Lucene directory whose every write, sync, rename and deletion goes through the [Vfs]. Files are mapped by Lucene, or read
/// through the [Vfs] as well: then all lie in memory outside the heap but the stored records, which are read piece by piece.
///
/// Files can be hidden: a commit that cannot be read is left where it is until the next commit takes its name.
/// The database's own lock guards the folder, so the write lock only guards against a second writer of this directory.
public final class VfsDirectory extends Directory {
    private static final int BUFFER_BYTES = 1 << 16;
    /// What begins like a commit but has no number at the end, such as a copy that somebody made: not ours, and Lucene stumbles
    /// over it.
    private static final Pattern STRANGE_COMMIT = Pattern.compile("(pending_)?segments(?!_[0-9a-z]{1,12}$).*");
    private static final String STORED_RECORDS = ".fdt";

    private final Vfs vfs;
    private final Path folder;
    private final @Nullable MMapDirectory mapped;
    private final Set<String> hidden;
    private final Set<String> unsynced = ConcurrentHashMap.newKeySet();
    private final Map<String, StorageFailedException> notForced = new ConcurrentHashMap<>();
    private final Set<String> locks = ConcurrentHashMap.newKeySet();
    private final AtomicLong tempNames = new AtomicLong();
    private volatile boolean open = true;

    /// @param folder exists
    /// @param mapped whether Lucene maps the files, by the platform's file system
    /// @param hidden names of files that Lucene does not get to see
    public VfsDirectory(Vfs vfs, Path folder, boolean mapped, Set<String> hidden) throws IOException {
        this.vfs = vfs;
        this.folder = folder;
        this.mapped = mapped ? new MMapDirectory(folder, NoLockFactory.INSTANCE) : null;
        this.hidden = ConcurrentHashMap.newKeySet();
        this.hidden.addAll(hidden);
    }

    private interface Call<T> {
        T run() throws IOException;
    }

    /// Lucene knows missing and existing files by the exceptions of the platform.
    private static <T> T luceneStyle(Call<T> call) throws IOException {
        try {
            return call.run();
        } catch (MissingFileException e) {
            throw (IOException) new NoSuchFileException(e.file()).initCause(e);
        } catch (FileExistsException e) {
            throw (IOException) new FileAlreadyExistsException(e.file()).initCause(e);
        }
    }

    @Override
    protected void ensureOpen() {
        if (!open) {
            throw new AlreadyClosedException("this directory is closed: " + folder);
        }
    }

    @Override
    public String[] listAll() throws IOException {
        ensureOpen();
        return vfs.list(folder).stream().filter(name -> !hidden.contains(name) && !STRANGE_COMMIT.matcher(name).matches())
                .toArray(String[]::new);
    }

    @Override
    public void deleteFile(String name) throws IOException {
        ensureOpen();
        luceneStyle(() -> {
            vfs.delete(folder.resolve(name));
            if (name.startsWith(IndexFileNames.SEGMENTS)) {
                // Lucene deletes a commit before its files, and refuses a folder with a commit whose files are gone. A disk
                // keeps that order only if it is told to.
                vfs.syncDirectory(folder);
            }
            notForced.remove(name);
            return unsynced.remove(name);
        });
    }

    @Override
    public long fileLength(String name) throws IOException {
        ensureOpen();
        return luceneStyle(() -> vfs.size(folder.resolve(name)));
    }

    @Override
    public IndexOutput createOutput(String name, IOContext context) throws IOException {
        ensureOpen();
        VfsFile file = luceneStyle(() -> vfs.openWrite(folder.resolve(name), WriteMode.CREATE_NEW));
        unsynced.add(name);
        return new OutputStreamIndexOutput(folder.resolve(name).toString(), name, new VfsOutputStream(file), BUFFER_BYTES);
    }

    @Override
    public IndexOutput createTempOutput(String prefix, String suffix, IOContext context) throws IOException {
        while (true) {
            String name = getTempFileName(prefix, suffix, tempNames.getAndIncrement());
            try {
                return createOutput(name, context);
            } catch (FileAlreadyExistsException e) {
                // left by an earlier process: the next name is free
            }
        }
    }

    @Override
    public void sync(Collection<String> names) throws IOException {
        ensureOpen();
        for (String name : names) {
            // A file is written once; what was synced before needs no second sync.
            StorageFailedException earlier = notForced.get(name);
            if (earlier != null) {
                throw new StorageFailedException(earlier.file(), String.valueOf(earlier.getMessage()), earlier);
            }
            if (unsynced.contains(name)) {
                luceneStyle(() -> {
                    try (VfsFile file = vfs.openWrite(folder.resolve(name), WriteMode.APPEND)) {
                        certain("force", name, () -> file.force(true));
                    }
                    return unsynced.remove(name);
                });
            }
        }
    }

    /// As [#sync], of those files that are still there, and from another thread than that of commits. A failure is kept for the
    /// commit: a disk that failed to force a file once may well claim the next time that there is nothing left to force.
    public void syncPresent(Collection<String> names) throws IOException {
        for (String name : names) {
            try {
                sync(Set.of(name));
            } catch (NoSuchFileException e) {
                // merged away meanwhile
            } catch (StorageFailedException e) {
                notForced.put(name, e);
                throw e;
            }
        }
    }

    @Override
    public void syncMetaData() throws IOException {
        ensureOpen();
        certain("sync folder", "", () -> vfs.syncDirectory(folder));
    }

    private interface Uncertain {
        void run() throws StorageException;
    }

    /// Runs what nobody can know the effect of after a failure.
    private void certain(String what, String name, Uncertain operation) throws StorageException {
        try {
            operation.run();
        } catch (MissingFileException | FileExistsException known) {
            throw known;
        } catch (StorageException failure) {
            throw new StorageFailedException(folder.resolve(name).toString(), what + " failed: " + failure.getMessage(), failure);
        }
    }

    @Override
    public void rename(String source, String dest) throws IOException {
        ensureOpen();
        luceneStyle(() -> {
            certain("rename", source, () -> vfs.rename(folder.resolve(source), folder.resolve(dest)));
            hidden.remove(dest);
            return unsynced.remove(source) && unsynced.add(dest);
        });
    }

    @Override
    public IndexInput openInput(String name, IOContext context) throws IOException {
        ensureOpen();
        return mapped == null ? luceneStyle(() -> unmapped(name)) : mapped.openInput(name, context);
    }

    @SuppressWarnings("MustBeClosedChecker") // the input closes the arena, and the failing path here
    private IndexInput unmapped(String name) throws IOException {
        Path file = folder.resolve(name);
        if (name.endsWith(STORED_RECORDS)) {
            return new PiecewiseInput(file.toString(), vfs.openRead(file));
        }
        Arena arena = Arena.ofShared();
        try {
            return new MemoryInput(file.toString(), vfs.load(file, arena), arena);
        } catch (IOException | RuntimeException | Error failure) {
            arena.close();
            throw failure;
        }
    }

    @Override
    public Lock obtainLock(String name) throws IOException {
        if (!locks.add(name)) {
            throw new LockObtainFailedException("a second writer of " + folder);
        }
        return new Lock() {
            @Override
            public void close() {
                locks.remove(name);
            }

            @Override
            public void ensureValid() {
                ensureOpen();
            }
        };
    }

    @Override
    public Set<String> getPendingDeletions() {
        return Set.of();
    }

    @Override
    public void close() throws IOException {
        open = false;
        if (mapped != null) {
            mapped.close();
        }
    }

    @Override
    public String toString() {
        return "VfsDirectory(" + folder + ")";
    }

    private static final class VfsOutputStream extends OutputStream {
        private final VfsFile file;

        VfsOutputStream(VfsFile file) {
            this.file = file;
        }

        @Override
        public void write(int b) throws StorageException {
            write(new byte[]{(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws StorageException {
            file.write(ByteBuffer.wrap(bytes, offset, length));
        }

        @Override
        public void close() throws StorageException {
            file.close();
        }
    }
}
