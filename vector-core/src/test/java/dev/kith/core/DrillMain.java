package dev.kith.core;

import com.sun.management.ThreadMXBean;
import java.lang.foreign.Arena;
import java.lang.management.ManagementFactory;
import java.util.List;

/// Drills all kernels, group by group, and then calls each until a round allocates nothing: a kernel that its drill had compiled with a call left
/// out of line allocates for good. In a JVM of its own, like [AllocationMain]. Part of [ForcedJvmTest].
final class DrillMain {
    private static final int ROUNDS = 500;
    private static final int CALLS = 1000;

    private DrillMain() {}

    public static void main(String[] arguments) {
        var threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        int kernels = 0;
        int allocating = 0;
        try (Arena arena = Arena.ofShared()) {
            for (KernelGroup group : KernelGroup.values()) {
                List<KernelDrill> drills = KernelDrills.of(group, VectorKernels.best(), arena);
                KernelDrill.run(drills, 60_000_000_000L);
                for (KernelDrill drill : drills) {
                    long least = leastAllocated(drill, threads);
                    kernels++;
                    if (least > 0) {
                        allocating++;
                        System.out.println(group + ", drill " + drills.indexOf(drill) + ": " + least + " bytes");
                    }
                }
            }
        }
        System.out.println(allocating + " of " + kernels + " kernels allocate");
    }

    private static long leastAllocated(KernelDrill drill, ThreadMXBean threads) {
        long least = Long.MAX_VALUE;
        for (int round = 0; round < ROUNDS && least > 0; round++) {
            long before = threads.getCurrentThreadAllocatedBytes();
            for (int i = 0; i < CALLS; i++) {
                drill.realCall(i);
            }
            least = Math.min(least, threads.getCurrentThreadAllocatedBytes() - before);
        }
        return least;
    }
}
