package dev.kith.hnsw;

import com.sun.management.GarbageCollectorMXBean;
import dev.kith.core.BuildControl;
import dev.kith.core.DenseVectors;
import dev.kith.core.Metric;
import dev.kith.core.VectorEncoding;
import dev.kith.core.VectorKernels;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryUsage;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.management.JMException;
import javax.management.ObjectName;

/// Builds graphs in a JVM of its own and prints what each took at its peak beside what was said before. Needs the flags
/// `-XX:+UseSerialGC -XX:MarkSweepAlwaysCompactCount=1 -XX:NativeMemoryTracking=summary`.
///
/// Counted are the live objects of the heap, by collecting all garbage again and again while a build runs, and, at the same moment, what
/// was allocated outside it. Memory held for less than a collection takes may be missed.
final class BuildPeakMain {
    private static final Pattern OTHER = Pattern.compile("Other \\(reserved=\\d+, committed=(\\d+)\\)");

    private BuildPeakMain() {}

    /// @param arguments one `count x dimension / rows / threads` each, such as `20000x384/COMPACT/2`
    public static void main(String[] arguments) throws Exception {
        VectorKernels.awaitWarm();
        build(vectors(3000, 64), parameters(NodeRows.CODED), 2); // classes, and code that compiling keeps alive
        String last = "";
        DenseVectors vectors = vectors(1, 1);
        for (String argument : arguments) {
            String[] parts = argument.split("/");
            String[] shape = parts[0].split("x");
            int count = Integer.parseInt(shape[0]);
            int dimension = Integer.parseInt(shape[1]);
            if (!parts[0].equals(last)) {
                vectors = vectors(count, dimension);
                last = parts[0];
            }
            HnswParameters parameters = parameters(NodeRows.valueOf(parts[1]));
            int threads = Integer.parseInt(parts[2]);
            long said = HnswIndex.buildBytes(count, dimension, parameters, threads);
            long peak = build(vectors, parameters, threads);
            for (int again = 0; again < 2 && peak > said; again++) { // what the JVM itself keeps meanwhile is not the build's
                peak = Math.min(peak, build(vectors, parameters, threads));
            }
            System.out.printf(Locale.ROOT, "built %s said %d measured %d ratio %.3f%n", argument, said, peak,
                    (double) said / peak);
        }
    }

    private static HnswParameters parameters(NodeRows rows) {
        return new HnswParameters(16, 200, 42, rows);
    }

    private static long build(DenseVectors vectors, HnswParameters parameters, int threads) throws InterruptedException {
        Sampler sampler = new Sampler();
        Thread watch = Thread.ofPlatform().daemon().start(sampler);
        try (Arena arena = Arena.ofShared()) {
            HnswIndex index = HnswIndex.build(vectors, parameters, BuildControl.NONE.withThreads(threads).withArena(arena));
            sampler.done = true;
            watch.join();
            if (index.size() != vectors.count()) {
                throw new AssertionError("not built");
            }
        }
        return sampler.peak;
    }

    /// Rows around centres, in memory outside the heap.
    private static DenseVectors vectors(int count, int dimension) {
        SplittableRandom random = new SplittableRandom(20261123);
        float[][] centres = new float[Math.max(1, count / 100)][dimension];
        for (float[] centre : centres) {
            for (int i = 0; i < dimension; i++) {
                centre[i] = random.nextFloat() - 0.5f;
            }
        }
        long stride = (4L * dimension + 63) & -64;
        MemorySegment bytes = Arena.global().allocate(stride * count, 64);
        for (int r = 0; r < count; r++) {
            float[] centre = centres[random.nextInt(centres.length)];
            for (int i = 0; i < dimension; i++) {
                bytes.set(ValueLayout.JAVA_FLOAT_UNALIGNED, r * stride + 4L * i, centre[i] + 0.6f * (random.nextFloat() - 0.5f));
            }
        }
        return DenseVectors.of(Metric.SQUARED_L2, VectorEncoding.FLOAT32, dimension, count, stride, bytes);
    }

    /// Looks at the memory until it is told to stop.
    private static final class Sampler implements Runnable {
        private final long before = live();
        private volatile boolean done;
        private volatile long peak;

        @Override
        public void run() {
            try {
                while (!done) {
                    long live = live() - before;
                    if (live > peak) {
                        peak = live;
                        if (Boolean.getBoolean("kith.peak.trace")) {
                            System.out.println("at " + live + " in " + where());
                        }
                    }
                    TimeUnit.MILLISECONDS.sleep(Integer.getInteger("kith.peak.millis", 2));
                }
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        }

        private static String where() {
            StringBuilder text = new StringBuilder();
            for (StackTraceElement e : Thread.getAllStackTraces().entrySet().stream()
                    .filter(t -> t.getKey().getName().equals("main")).map(Map.Entry::getValue).findFirst().orElseThrow()) {
                if (e.getClassName().startsWith("dev.kith") && !e.getMethodName().startsWith("lambda")) {
                    text.append(e.getClassName().replaceAll(".*\\.", "")).append('.').append(e.getMethodName()).append(':')
                            .append(e.getLineNumber()).append(" < ");
                }
            }
            return text.toString();
        }

        private static long live() {
            System.gc();
            for (var bean : ManagementFactory.getGarbageCollectorMXBeans()) {
                if (bean.getName().equals("MarkSweepCompact") && bean instanceof GarbageCollectorMXBean full) {
                    long heap = 0;
                    for (Map.Entry<String, MemoryUsage> pool : full.getLastGcInfo().getMemoryUsageAfterGc().entrySet()) {
                        heap += pool.getKey().contains("Eden") || pool.getKey().contains("Survivor")
                                || pool.getKey().contains("Tenured")
                                        ? pool.getValue().getUsed()
                                        : 0;
                    }
                    return heap + outside();
                }
            }
            throw new AssertionError("needs -XX:+UseSerialGC -XX:MarkSweepAlwaysCompactCount=1");
        }

        private static long outside() {
            try {
                String report = (String) ManagementFactory.getPlatformMBeanServer()
                        .invoke(new ObjectName("com.sun.management:type=DiagnosticCommand"), "vmNativeMemory",
                                new Object[]{new String[]{"summary", "scale=b"}}, new String[]{String[].class.getName()});
                Matcher other = OTHER.matcher(report);
                if (!other.find()) {
                    throw new AssertionError("needs -XX:NativeMemoryTracking=summary: " + report);
                }
                return Long.parseLong(other.group(1));
            } catch (JMException e) {
                throw new AssertionError(e);
            }
        }
    }
}
