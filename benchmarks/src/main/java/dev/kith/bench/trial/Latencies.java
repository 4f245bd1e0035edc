package dev.kith.bench.trial;

import java.util.Arrays;

/// Times in the order in which they were taken. Not thread-safe.
final class Latencies {
    private long[] nanos = new long[1 << 16];
    private int count;

    void add(long taken) {
        if (count == nanos.length) {
            nanos = Arrays.copyOf(nanos, 2 * count);
        }
        nanos[count++] = taken;
    }

    int count() {
        return count;
    }

    /// The time that a share of all did not exceed, in microseconds; -1 if there is none.
    double micros(double share) {
        if (count == 0) {
            return -1;
        }
        long[] sorted = Arrays.copyOf(nanos, count);
        Arrays.sort(sorted);
        return sorted[(int) Math.min(count - 1L, (long) (share * count))] / 1e3;
    }
}
