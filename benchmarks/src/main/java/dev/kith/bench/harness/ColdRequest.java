package dev.kith.bench.harness;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;

/// One start from cold: open, then these queries one after the other on one thread, marked as time goes by.
///
/// @param run the setting and the queries; its `minNanos` is how long after the begin of opening it ends, by that clock
/// @param windowNanos wall time from mark to mark
public record ColdRequest(RunRequest run, long windowNanos, ColdStart.Clock clock) {
    /// Checks the ranges.
    public ColdRequest {
        if (run.threads() != 1) {
            throw new IllegalArgumentException("a start from cold is measured with one query thread, not " + run.threads());
        }
        if (windowNanos < 1 || windowNanos > run.minNanos()) {
            throw new IllegalArgumentException(
                    "windowNanos must be in [1, " + run.minNanos() + "], the whole time, was " + windowNanos);
        }
    }

    void write(DataOutput out) throws IOException {
        run.write(out);
        out.writeLong(windowNanos);
        out.writeUTF(clock.name());
    }

    static ColdRequest read(DataInput in) throws IOException {
        return new ColdRequest(RunRequest.read(in), in.readLong(), ColdStart.Clock.valueOf(in.readUTF()));
    }
}
