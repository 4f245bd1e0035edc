package dev.kith.storage.fault;

import dev.kith.storage.FileAccessException;
import dev.kith.storage.NoSpaceException;
import dev.kith.storage.StorageException;
import dev.kith.storage.Vfs;
import dev.kith.storage.VfsFile;
import dev.kith.storage.VfsLock;
import dev.kith.storage.VfsReader;
import dev.kith.storage.WriteMode;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Passes everything on to another [Vfs] but what it was told to fail. Safe for many threads.
public final class FaultyVfs implements Vfs {
    /// The calls that can fail.
    public enum Call {
        CREATE_DIRECTORIES, LIST, EXISTS, SIZE, OPEN_WRITE, OPEN_READ, READ, MAP, WRITE, TRUNCATE, FORCE, RENAME, DELETE, SYNC_DIRECTORY, LOCK
    }

    /// How a call fails.
    public enum Fault {
        /// As on a broken disk.
        IO_ERROR,
        /// As on a full disk; a write stores half of its bytes first.
        NO_SPACE
    }

    /// What is to fail: the `nth` call of the kinds named, counted from 1, and with `persistent` all after it.
    public record Plan(Set<Call> calls, long nth, Fault fault, boolean persistent) {
        public Plan {
            calls = Set.copyOf(calls);
            if (nth < 1) {
                throw new IllegalArgumentException("nth must be at least 1, was " + nth);
            }
        }
    }

    private final Vfs target;
    private final Map<Call, Long> counts = new EnumMap<>(Call.class);
    private @Nullable Plan plan;
    private long matching;
    private long faults;
    private long freeBytes = Long.MAX_VALUE;

    /// Fails nothing until told to.
    public FaultyVfs(Vfs target) {
        this.target = target;
    }

    /// Replaces the plan; counting for it starts anew. Null fails nothing.
    public synchronized void plan(@Nullable Plan next) {
        plan = next;
        matching = 0;
    }

    /// From now on writes have this many bytes of space; deleting and truncating gives back. `Long.MAX_VALUE` for no bound.
    public synchronized void setFreeBytes(long bytes) {
        freeBytes = bytes;
    }

    /// Calls of one kind so far.
    public synchronized long calls(Call call) {
        return counts.getOrDefault(call, 0L);
    }

    /// Calls failed so far.
    public synchronized long faults() {
        return faults;
    }

    private synchronized @Nullable Fault next(Call call) {
        counts.merge(call, 1L, Long::sum);
        if (plan == null || !plan.calls().contains(call)) {
            return null;
        }
        matching++;
        boolean hit = matching == plan.nth() || plan.persistent() && matching > plan.nth();
        return hit ? plan.fault() : null;
    }

    private void enter(Call call, Path path) throws StorageException {
        Fault fault = next(call);
        if (fault != null) {
            throw failure(fault, call, path);
        }
    }

    private synchronized StorageException failure(Fault fault, Call call, Path path) {
        faults++;
        String reason = "injected failure of " + call;
        return switch (fault) {
            case IO_ERROR -> new FileAccessException(path.toString(), reason, new IOException("Input/output error"));
            case NO_SPACE -> new NoSpaceException(path.toString(), reason, new IOException("No space left on device"));
        };
    }

    /// Takes up to `wanted` bytes of space; returns how many there are.
    private synchronized int takeSpace(int wanted) {
        if (freeBytes == Long.MAX_VALUE) {
            return wanted;
        }
        int taken = (int) Math.min(wanted, freeBytes);
        freeBytes -= taken;
        return taken;
    }

    private synchronized boolean isBounded() {
        return freeBytes != Long.MAX_VALUE;
    }

    private synchronized void giveSpace(long bytes) {
        if (freeBytes != Long.MAX_VALUE) {
            freeBytes += bytes;
        }
    }

    @Override
    public void createDirectories(Path directory) throws StorageException {
        enter(Call.CREATE_DIRECTORIES, directory);
        target.createDirectories(directory);
    }

    @Override
    public List<String> list(Path directory) throws StorageException {
        enter(Call.LIST, directory);
        return target.list(directory);
    }

    @Override
    public boolean exists(Path path) throws StorageException {
        enter(Call.EXISTS, path);
        return target.exists(path);
    }

    @Override
    public long size(Path path) throws StorageException {
        enter(Call.SIZE, path);
        return target.size(path);
    }

    @Override
    public VfsFile openWrite(Path path, WriteMode mode) throws StorageException {
        enter(Call.OPEN_WRITE, path);
        return new FaultyFile(path, target.openWrite(path, mode));
    }

    @Override
    public VfsReader openRead(Path path) throws StorageException {
        enter(Call.OPEN_READ, path);
        VfsReader reader = target.openRead(path);
        return new VfsReader() {
            @Override
            public long size() {
                return reader.size();
            }

            @Override
            public void readFully(ByteBuffer into, long offset) throws StorageException {
                enter(Call.READ, path);
                reader.readFully(into, offset);
            }

            @Override
            public void close() throws StorageException {
                reader.close();
            }
        };
    }

    @Override
    public byte[] readAll(Path path, int maxBytes) throws StorageException {
        enter(Call.READ, path);
        return target.readAll(path, maxBytes);
    }

    @Override
    public MemorySegment map(Path path, Arena arena) throws StorageException {
        enter(Call.MAP, path);
        return target.map(path, arena);
    }

    @Override
    public void rename(Path from, Path to) throws StorageException {
        enter(Call.RENAME, from);
        target.rename(from, to);
    }

    /// Links are never offered, so that copies are what is tested.
    @Override
    public boolean link(Path existing, Path name) {
        return false;
    }

    @Override
    public void delete(Path path) throws StorageException {
        enter(Call.DELETE, path);
        long size = isBounded() ? target.size(path) : 0;
        target.delete(path);
        giveSpace(size);
    }

    @Override
    public void syncDirectory(Path directory) throws StorageException {
        enter(Call.SYNC_DIRECTORY, directory);
        target.syncDirectory(directory);
    }

    @Override
    public VfsLock lock(Path path) throws StorageException {
        enter(Call.LOCK, path);
        return target.lock(path);
    }

    private final class FaultyFile implements VfsFile {
        private final Path path;
        private final VfsFile file;

        FaultyFile(Path path, VfsFile file) {
            this.path = path;
            this.file = file;
        }

        @Override
        public void write(ByteBuffer bytes) throws StorageException {
            Fault fault = next(Call.WRITE);
            int wanted = bytes.remaining();
            int allowed = fault == null ? takeSpace(wanted) : fault == Fault.NO_SPACE ? wanted / 2 : 0;
            if (allowed == wanted && fault == null) {
                file.write(bytes);
                return;
            }
            file.write(bytes.slice(bytes.position(), allowed));
            bytes.position(bytes.position() + allowed);
            throw failure(fault == null ? Fault.NO_SPACE : fault, Call.WRITE, path);
        }

        @Override
        public long position() {
            return file.position();
        }

        @Override
        public void truncate(long size) throws StorageException {
            enter(Call.TRUNCATE, path);
            long before = file.position();
            file.truncate(size);
            giveSpace(before - size);
        }

        @Override
        public void force(boolean metadata) throws StorageException {
            Fault fault = next(Call.FORCE);
            if (fault != null) {
                if (file instanceof CrashVfs.CrashFile remembered) {
                    remembered.failForce();
                }
                throw failure(fault, Call.FORCE, path);
            }
            file.force(metadata);
        }

        @Override
        public void close() throws StorageException {
            file.close();
        }
    }
}
