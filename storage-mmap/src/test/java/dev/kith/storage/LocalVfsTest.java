package dev.kith.storage;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

class LocalVfsTest {
    private final Vfs vfs = Vfs.local();

    @TempDir Path folder;

    @Test
    void aFileIsWrittenCutAppendedAndRead() throws IOException {
        Path path = folder.resolve("a/b/file");
        vfs.createDirectories(path.getParent());
        try (VfsFile file = vfs.openWrite(path, WriteMode.CREATE_NEW)) {
            file.write(bytes("hello, world"));
            assertEquals(12, file.position());
            file.truncate(5);
            file.force(true);
        }
        try (VfsFile file = vfs.openWrite(path, WriteMode.APPEND)) {
            assertEquals(5, file.position());
            file.write(bytes("!"));
            file.force(false);
            assertThrows(IllegalArgumentException.class, () -> file.truncate(7));
        }
        vfs.syncDirectory(path.getParent());
        assertEquals(6, vfs.size(path));
        assertEquals("hello!", new String(vfs.readAll(path, 6), StandardCharsets.UTF_8));
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment mapped = vfs.map(path, arena);
            assertArrayEquals("hello!".getBytes(StandardCharsets.UTF_8), mapped.toArray(ValueLayout.JAVA_BYTE));
            assertTrue(mapped.isReadOnly());
        }
        vfs.rename(path, path.resolveSibling("other"));
        assertEquals(List.of("other"), vfs.list(path.getParent()));
        vfs.delete(path.resolveSibling("other"));
        assertFalse(vfs.exists(path));
        vfs.delete(path.getParent());
    }

    @Test
    void errorsAreTypedAndNameThePath() throws IOException {
        Path absent = folder.resolve("absent");
        List<org.junit.jupiter.api.function.Executable> calls = List.of(() -> vfs.size(absent), () -> vfs.list(absent),
                () -> vfs.openRead(absent), () -> vfs.openWrite(absent, WriteMode.APPEND), () -> vfs.readAll(absent, 1),
                () -> vfs.delete(absent), () -> vfs.rename(absent, folder.resolve("b")), () -> vfs.syncDirectory(absent),
                () -> vfs.map(absent, Arena.ofAuto()));
        for (var call : calls) {
            MissingFileException missing = assertThrows(MissingFileException.class, call);
            assertEquals(absent.toString(), missing.file());
        }
        vfs.openWrite(absent, WriteMode.CREATE_NEW).close();
        assertThrows(FileExistsException.class, () -> vfs.openWrite(absent, WriteMode.CREATE_NEW));
        assertThrows(StorageException.class, () -> vfs.createDirectories(absent.resolve("below")));
        assertThrows(IllegalArgumentException.class, () -> vfs.rename(absent, folder.resolve("x/y")));
        try (VfsFile file = vfs.openWrite(absent, WriteMode.APPEND)) {
            file.write(bytes("12345"));
        }
        assertThrows(CorruptFileException.class, () -> vfs.readAll(absent, 4));
        try (VfsReader reader = vfs.openRead(absent)) {
            assertThrows(CorruptFileException.class, () -> reader.readFully(ByteBuffer.allocate(3), 3));
        }
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void aFullDiskIsTold() throws IOException {
        Path full = Path.of("/dev/full");
        try (VfsFile file = new LocalFile(full, java.nio.channels.FileChannel.open(full, java.nio.file.StandardOpenOption.WRITE),
                0)) {
            NoSpaceException noSpace = assertThrows(NoSpaceException.class, () -> file.write(bytes("x")));
            assertEquals("/dev/full", noSpace.file());
        }
    }

    @Test
    @EnabledOnOs({OS.LINUX, OS.MAC})
    void newFilesBelongToTheirOwnerAlone() throws IOException {
        Path place = folder.resolve("own");
        vfs.createDirectories(place);
        vfs.openWrite(place.resolve("file"), WriteMode.CREATE_NEW).close();
        assertEquals("rwx------", PosixFilePermissions.toString(Files.getPosixFilePermissions(place, LinkOption.NOFOLLOW_LINKS)));
        assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(place.resolve("file"))));
    }

    @Test
    void aPendingInterruptHurtsNoOperationAndStaysPending() throws IOException {
        Path path = folder.resolve("file");
        Thread.currentThread().interrupt();
        try (VfsFile file = vfs.openWrite(path, WriteMode.CREATE_NEW)) {
            file.write(bytes("abc"));
            file.force(true);
        }
        vfs.syncDirectory(folder);
        assertEquals(3, vfs.readAll(path, 3).length);
        try (Arena arena = Arena.ofConfined(); VfsReader reader = vfs.openRead(path)) {
            assertEquals(3, vfs.map(path, arena).byteSize());
            reader.readFully(ByteBuffer.allocate(3), 0);
        }
        assertTrue(Thread.interrupted());
    }

    @Test
    void aReaderSurvivesTheInterruptsOfOthers() throws Exception {
        Path path = folder.resolve("file");
        try (VfsFile file = vfs.openWrite(path, WriteMode.CREATE_NEW)) {
            file.write(ByteBuffer.allocate(1 << 20));
        }
        try (VfsReader reader = vfs.openRead(path)) {
            List<Thread> threads = new ArrayList<>();
            List<Throwable> failures = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                threads.add(Thread.ofPlatform().start(() -> {
                    try {
                        for (int round = 0; round < 300; round++) {
                            reader.readFully(ByteBuffer.allocate(1 << 16), round % 16 << 16);
                        }
                    } catch (Throwable failure) {
                        synchronized (failures) {
                            failures.add(failure);
                        }
                    }
                }));
            }
            while (threads.stream().anyMatch(Thread::isAlive)) {
                threads.forEach(Thread::interrupt);
                Thread.sleep(1);
            }
            assertEquals(List.of(), failures);
        }
    }

    @Test
    void aLockHasOneHolderInThisProcess() throws IOException {
        Path lockFile = folder.resolve("LOCK");
        try (VfsLock lock = vfs.lock(lockFile)) {
            lock.ensureHeld();
            assertThrows(FolderLockedException.class, () -> vfs.lock(lockFile));
            assertThrows(FolderLockedException.class, () -> vfs.lock(folder.resolve("../" + folder.getFileName() + "/LOCK")));
            assertThrows(FolderLockedException.class, () -> vfs.readAll(lockFile, 100), "reading would give up the lock");
            assertThrows(FolderLockedException.class, () -> vfs.delete(lockFile));
            Files.move(lockFile, folder.resolve("moved"));
            Files.writeString(lockFile, "another");
            assertThrows(FolderLockedException.class, lock::ensureHeld);
        }
        try (VfsLock again = vfs.lock(lockFile)) {
            again.ensureHeld();
        }
        assertTrue(vfs.exists(lockFile));
    }

    @Test
    void aLockHasOneHolderAmongClassLoaders() throws Exception {
        Path lockFile = folder.resolve("LOCK");
        URL classes = Path.of("target", "classes").toUri().toURL();
        try (URLClassLoader other = new URLClassLoader(new URL[]{classes}, ClassLoader.getPlatformClassLoader())) {
            Class<?> otherVfs = other.loadClass(Vfs.class.getName());
            Object otherLocal = otherVfs.getMethod("local").invoke(null);
            var otherLock = otherVfs.getMethod("lock", Path.class);
            try (VfsLock _ = vfs.lock(lockFile)) {
                for (int i = 0; i < 3; i++) {
                    var thrown = assertThrows(java.lang.reflect.InvocationTargetException.class,
                            () -> otherLock.invoke(otherLocal, lockFile));
                    assertEquals(FolderLockedException.class.getName(), thrown.getCause().getClass().getName());
                }
                assertLockedForAnotherProcess(lockFile);
            }
            ((AutoCloseable) otherLock.invoke(otherLocal, lockFile)).close();
        }
        vfs.lock(lockFile).close();
    }

    @Test
    void aLockHasOneHolderAmongProcesses() throws Exception {
        Path lockFile = folder.resolve("LOCK");
        try (VfsLock _ = vfs.lock(lockFile)) {
            assertLockedForAnotherProcess(lockFile);
        }
    }

    private static void assertLockedForAnotherProcess(Path lockFile) throws Exception {
        Process process = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-cp", System.getProperty("java.class.path"), LockProbe.class.getName(), lockFile.toString())
                .redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        process.waitFor();
        assertTrue(output.contains("open in another process (process " + ProcessHandle.current().pid() + ")"), output);
    }

    /// Tries to lock, in a process of its own, and says what came of it.
    static final class LockProbe {
        private LockProbe() {}

        public static void main(String[] arguments) throws IOException {
            try (VfsLock _ = Vfs.local().lock(Path.of(arguments[0]))) {
                System.out.println("locked");
            } catch (FolderLockedException refused) {
                System.out.println(refused.getMessage());
            }
        }
    }

    private static ByteBuffer bytes(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
    }
}
