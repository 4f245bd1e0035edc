package dev.kith.storage;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;

/// Never maps a file: what would be mapped is copied to memory outside the heap. A file cut short later, or a disk that no longer
/// answers, then cannot disturb who reads that memory.
public final class UnmappedVfs extends ForwardingVfs {
    /// @param target does the work
    public UnmappedVfs(Vfs target) {
        super(target);
    }

    @Override
    public MemorySegment map(Path path, Arena arena) throws StorageException {
        return target().load(path, arena);
    }
}
