package dev.kith.bench.harness;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;

/// What a measurement gave.
///
/// @param answers for each distinct query the ids, nearest first, shape (queries, at most k)
/// @param executed queries answered in all passes
/// @param cpuNanos CPU time of the query threads
/// @param wallNanos time from start to end
/// @param processCpuNanos CPU time of the whole process: collector and compiler too
/// @param percentiles latency in nanoseconds at 50, 95 and 99 %
/// @param distances computed in all passes, or -1 if the engine does not tell
public record RunResult(int[][] answers, long executed, long cpuNanos, long wallNanos, long processCpuNanos, long[] percentiles,
        long distances) {
    /// Queries per CPU second of one query thread.
    public double cpuQps() {
        return executed * 1e9 / cpuNanos;
    }

    /// Queries per second of wall time, all threads together.
    public double wallQps() {
        return executed * 1e9 / wallNanos;
    }

    /// Distances per query, or -1.
    public double distancesPerQuery() {
        return distances < 0 ? -1 : (double) distances / executed;
    }

    void write(DataOutput out) throws IOException {
        writeIds(out, answers);
        out.writeLong(executed);
        out.writeLong(cpuNanos);
        out.writeLong(wallNanos);
        out.writeLong(processCpuNanos);
        for (long p : percentiles) {
            out.writeLong(p);
        }
        out.writeLong(distances);
    }

    static RunResult read(DataInput in) throws IOException {
        return new RunResult(readIds(in), in.readLong(), in.readLong(), in.readLong(), in.readLong(),
                new long[]{in.readLong(), in.readLong(), in.readLong()}, in.readLong());
    }

    static void writeIds(DataOutput out, int[][] answers) throws IOException {
        out.writeInt(answers.length);
        for (int[] ids : answers) {
            out.writeInt(ids.length);
            for (int id : ids) {
                out.writeInt(id);
            }
        }
    }

    static int[][] readIds(DataInput in) throws IOException {
        int[][] answers = new int[in.readInt()][];
        for (int i = 0; i < answers.length; i++) {
            answers[i] = new int[in.readInt()];
            for (int j = 0; j < answers[i].length; j++) {
                answers[i][j] = in.readInt();
            }
        }
        return answers;
    }
}
