package dev.kith.core;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.management.CompilationMXBean;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.function.Function;

/// Runs in a child JVM: for each family of kernels reads a mapped file until everything that the JVM wants to compile is
/// compiled, truncates the file, and reads on. Arguments: folder, milliseconds without anything compiled that make a family warm.
final class TruncationMain {
    private static final int PASSES = 20;
    private static final long MOST_WARM_NANOS = 1_000_000_000L;

    private TruncationMain() {}

    public static void main(String[] arguments) throws Exception {
        Path folder = Path.of(arguments[0]);
        long warmNanos = Long.parseLong(arguments[1]) * 1_000_000;
        for (var family : MappedKernels.families().entrySet()) {
            System.out.println(family.getKey());
            int caught = caught(folder.resolve(family.getKey().replace(' ', '-')), family.getValue(), warmNanos);
            if (caught != PASSES) {
                System.out.println("only " + caught + " of " + PASSES + " passes were errors");
                System.exit(1);
            }
        }
        System.out.println("every pass was an error");
    }

    private static int caught(Path path, Function<MemorySegment, Runnable> family, long warmNanos) throws Exception {
        try (FileChannel file = FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.READ,
                StandardOpenOption.WRITE);
                Arena arena = Arena.ofShared()) {
            file.write(ByteBuffer.allocate(MappedKernels.BYTES));
            Runnable pass = family.apply(file.map(FileChannel.MapMode.READ_ONLY, 0, MappedKernels.BYTES, arena));
            warm(pass, warmNanos);
            file.truncate(MappedKernels.BYTES / 2);
            int caught = 0;
            for (int i = 0; i < PASSES; i++) {
                try {
                    pass.run();
                } catch (InternalError _) {
                    caught++;
                }
            }
            return caught;
        }
    }

    /// On a busy machine compilers lag behind; what matters is that they have caught up.
    private static void warm(Runnable pass, long quietNanos) {
        CompilationMXBean compilers = ManagementFactory.getCompilationMXBean();
        long start = System.nanoTime();
        long compiledMillis;
        do {
            compiledMillis = compilers.getTotalCompilationTime();
            long quietStart = System.nanoTime();
            while (System.nanoTime() - quietStart < quietNanos) {
                pass.run();
            }
        } while (compilers.getTotalCompilationTime() != compiledMillis && System.nanoTime() - start < MOST_WARM_NANOS);
    }
}
