package dev.kith.bench.harness;

import dev.kith.bench.engine.SearchSetting;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;

/// One measurement: these queries, at this setting, over and over for at least this long.
///
/// @param first number of the first query
/// @param step distance to the next; 2 takes one half of the queries
/// @param limit at most so many distinct queries
/// @param threads query threads
/// @param minNanos passes are repeated until so much wall time is measured; 0 means one pass
public record RunRequest(SearchSetting setting, int k, int first, int step, int limit, int threads, long minNanos) {
    /// Checks the ranges.
    public RunRequest {
        if (k < 1 || first < 0 || step < 1 || limit < 1 || threads < 1 || minNanos < 0) {
            throw new IllegalArgumentException("k, step, limit and threads must be at least 1, first and minNanos at least 0");
        }
    }

    /// The numbers of the queries, out of `queryCount`.
    public int[] queries(int queryCount) {
        int n = Math.min(limit, Math.max(0, (queryCount - first + step - 1) / step));
        int[] numbers = new int[n];
        for (int i = 0; i < n; i++) {
            numbers[i] = first + i * step;
        }
        return numbers;
    }

    void write(DataOutput out) throws IOException {
        out.writeInt(setting.effort());
        out.writeInt(setting.rerank());
        out.writeUTF(setting.text());
        out.writeInt(k);
        out.writeInt(first);
        out.writeInt(step);
        out.writeInt(limit);
        out.writeInt(threads);
        out.writeLong(minNanos);
    }

    static RunRequest read(DataInput in) throws IOException {
        return new RunRequest(new SearchSetting(in.readInt(), in.readInt(), in.readUTF()), in.readInt(), in.readInt(),
                in.readInt(),
                in.readInt(), in.readInt(), in.readLong());
    }
}
