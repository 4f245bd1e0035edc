package dev.kith.storage;

import java.lang.foreign.Arena;
import java.nio.file.Path;

/// A container in a file of its own, mapped for as long as this is open. Closing unmaps: nobody may still read then, or
/// gets an `IllegalStateException`.
public final class ContainerFile implements AutoCloseable {
    private final Arena arena;
    private final Container container;

    private ContainerFile(Arena arena, Container container) {
        this.arena = arena;
        this.container = container;
    }

    /// Maps the file and opens its container as [Container#open(java.lang.foreign.MemorySegment, String, ContainerKind)] does.
    @SuppressWarnings("MustBeClosedChecker") // the arena is closed with the file, and below on the failing path
    public static ContainerFile open(Vfs vfs, Path file, ContainerKind newest) throws StorageException {
        Arena arena = Arena.ofShared();
        try {
            Container container = Container.open(vfs.map(file, arena), StorageException.nameOf(file), newest);
            return new ContainerFile(arena, container);
        } catch (StorageException | RuntimeException | Error failure) {
            arena.close();
            throw failure;
        }
    }

    /// The content.
    public Container container() {
        return container;
    }

    @Override
    public void close() {
        arena.close();
    }
}
