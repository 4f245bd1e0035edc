package dev.kith.bench.harness;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.management.JMException;
import javax.management.ObjectName;

/// Where the bytes of an opened index are. A number the operating system or the JVM does not tell is -1.
///
/// @param heap live objects after a full collection
/// @param nativeBytes memory allocated outside the heap by Java code (arenas, direct buffers)
/// @param mapped resident pages of the index's own files
/// @param resident of the whole process, the untouched rest of the fixed heap left out
public record Memory(long heap, long nativeBytes, long mapped, long resident) {
    private static final Pattern OTHER = Pattern.compile("Other \\(reserved=(\\d+)KB, committed=(\\d+)KB");
    private static final Path SMAPS = Path.of("/proc/self/smaps");
    private static final Path STATUS = Path.of("/proc/self/status");

    /// The memory of this process.
    ///
    /// @param files path prefixes whose mappings belong to the index
    static Memory measure(List<Path> files) throws IOException {
        for (int i = 0; i < 3; i++) {
            System.gc();
        }
        Runtime runtime = Runtime.getRuntime();
        long heap = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
        long resident = status("VmRSS:");
        if (resident >= 0) {
            resident -= runtime.totalMemory() - heap; // the heap is pre-touched
        }
        return new Memory(heap, arenaBytes(), mappedBytes(files), resident);
    }

    /// The most memory that was resident in this process, mapped files included, since it began or was last told to forget.
    public static long peakResident() throws IOException {
        return status("VmHWM:");
    }

    private static long arenaBytes() {
        try {
            Object text = ManagementFactory.getPlatformMBeanServer().invoke(
                    new ObjectName("com.sun.management:type=DiagnosticCommand"), "vmNativeMemory",
                    new Object[]{new String[]{"summary"}}, new String[]{String[].class.getName()});
            Matcher matcher = OTHER.matcher(text.toString());
            return matcher.find() ? Long.parseLong(matcher.group(2)) * 1024 : text.toString().contains("Total:") ? 0 : -1;
        } catch (JMException e) {
            return -1;
        }
    }

    private static long status(String key) throws IOException {
        if (!Files.exists(STATUS)) {
            return -1;
        }
        for (String line : Files.readAllLines(STATUS)) {
            if (line.startsWith(key)) {
                return Long.parseLong(line.replaceAll("\\D+", "")) * 1024;
            }
        }
        return -1;
    }

    private static long mappedBytes(List<Path> files) throws IOException {
        if (!Files.exists(SMAPS)) {
            return -1;
        }
        long sum = 0;
        boolean ours = false;
        for (String line : Files.readAllLines(SMAPS)) {
            if (line.matches("^[0-9a-f]+-[0-9a-f]+ .*")) {
                ours = files.stream().anyMatch(f -> line.contains(f.toString()));
            } else if (ours && line.startsWith("Rss:")) {
                sum += Long.parseLong(line.replaceAll("\\D+", "")) * 1024;
            }
        }
        return sum;
    }

    void write(DataOutput out) throws IOException {
        out.writeLong(heap);
        out.writeLong(nativeBytes);
        out.writeLong(mapped);
        out.writeLong(resident);
    }

    static Memory read(DataInput in) throws IOException {
        return new Memory(in.readLong(), in.readLong(), in.readLong(), in.readLong());
    }
}
