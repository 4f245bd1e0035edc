package dev.kith.torture.crash;

import dev.kith.torture.run.Skipped;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/// An ext4 file system in a file, whose power can be cut: the shutdown ioctl without a flush of the journal. Whatever had not
/// reached the image by then is gone after it is mounted again. Linux, root.
final class LoopDisk implements AutoCloseable {
    private static final long BYTES = 192L << 20;
    private static final int SHUTDOWN = 0x8004587d; // EXT4_IOC_SHUTDOWN, _IOR('X', 125, __u32)
    private static final int NO_LOG_FLUSH = 2;
    private final Path image;
    private final Path mountPoint;
    private boolean mounted;

    private LoopDisk(Path image, Path mountPoint) {
        this.image = image;
        this.mountPoint = mountPoint;
    }

    /// Makes and mounts one.
    ///
    /// @throws Skipped if this machine cannot
    static LoopDisk create(Path folder) throws IOException, InterruptedException, Skipped {
        if (!System.getProperty("os.name", "").equals("Linux")) {
            throw new Skipped("power cuts need Linux");
        }
        if (!Files.isWritable(Path.of("/dev/loop-control"))) {
            throw new Skipped("power cuts need root and loop devices (/dev/loop-control cannot be written)");
        }
        Files.createDirectories(folder);
        LoopDisk disk = new LoopDisk(folder.resolve("image"), folder.resolve("disk"));
        Files.createDirectories(disk.mountPoint);
        try (RandomAccessFile file = new RandomAccessFile(disk.image.toFile(), "rw")) {
            file.setLength(BYTES);
        }
        String failure = tell(List.of("mkfs.ext4", "-q", "-F", disk.image.toString()));
        if (failure.isEmpty()) {
            failure = disk.tryMount();
        }
        if (!failure.isEmpty()) {
            throw new Skipped("no ext4 on a loop device here: " + failure);
        }
        return disk;
    }

    Path folder() {
        return mountPoint;
    }

    /// Cuts the power. Processes that use the disk live on and get errors.
    void cut() throws IOException {
        Linker linker = Linker.nativeLinker();
        MethodHandle open = linker.downcallHandle(linker.defaultLookup().findOrThrow("open"),
                FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.JAVA_INT, ValueLayout.JAVA_INT),
                Linker.Option.firstVariadicArg(2));
        MethodHandle ioctl = linker.downcallHandle(linker.defaultLookup().findOrThrow("ioctl"),
                FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.JAVA_LONG, ValueLayout.ADDRESS),
                Linker.Option.firstVariadicArg(2));
        MethodHandle close = linker.downcallHandle(linker.defaultLookup().findOrThrow("close"),
                FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT));
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment flags = arena.allocateFrom(ValueLayout.JAVA_INT, NO_LOG_FLUSH);
            int descriptor = (int) open.invokeExact(arena.allocateFrom(mountPoint.toString()), 0, 0);
            int result = descriptor < 0 ? -1 : (int) ioctl.invokeExact(descriptor, SHUTDOWN & 0xffffffffL, flags);
            int closed = descriptor < 0 ? -1 : (int) close.invokeExact(descriptor);
            if (descriptor < 0 || result != 0 || closed != 0) {
                throw new IOException("the shutdown ioctl failed: " + descriptor + ", " + result + ", " + closed);
            }
        } catch (IOException | RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IOException(e);
        }
    }

    /// Power is back: what the image holds is seen. No process may use the disk any more.
    void restart() throws IOException, InterruptedException {
        unmount();
        String failure = tryMount();
        if (!failure.isEmpty()) {
            throw new IOException(failure);
        }
    }

    private String tryMount() throws IOException, InterruptedException {
        String failure = tell(List.of("mount", "-o", "loop", image.toString(), mountPoint.toString()));
        mounted = failure.isEmpty();
        return failure;
    }

    private void unmount() throws IOException, InterruptedException {
        String failure = "";
        for (int i = 0; mounted && i < 100; i++) { // a killed process takes a moment to let go
            failure = tell(List.of("umount", mountPoint.toString()));
            mounted = !failure.isEmpty();
            if (mounted) {
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(50));
            }
        }
        if (mounted) {
            throw new IOException(failure);
        }
    }

    /// Runs a program; what it said if it failed.
    private static String tell(List<String> command) throws IOException, InterruptedException {
        try {
            Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            return process.waitFor() == 0 ? "" : command + ": " + (output.isBlank() ? "failed" : output.strip());
        } catch (IOException e) {
            return command + ": " + e.getMessage();
        }
    }

    @Override
    public void close() throws IOException {
        try {
            unmount();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        Files.deleteIfExists(image);
    }
}
