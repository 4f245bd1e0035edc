package dev.kith.bench.harness;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/// How one start from cold went.
///
/// @param marks when the index was open, when the first query was answered, then one mark a window; times begin where opening begins
/// @param answers to each distinct query the ids of its first time, nearest first; fewer than there are queries if time ran out
public record ColdStart(List<Mark> marks, int[][] answers) {
    /// What time is told by.
    public enum Clock {
        /// By the clock on the wall.
        WALL,
        /// CPU time of the whole process, to 10 ms: what the wall clock would tell of a process alone on one core, also where others
        /// share that core.
        CPU
    }

    /// A moment.
    ///
    /// @param wallNanos by the clock
    /// @param cpuNanos CPU time that the whole process had: the querying thread's, the compilers', the collector's
    /// @param answered queries answered by then
    public record Mark(long wallNanos, long cpuNanos, long answered) {
        /// Time since opening began.
        public long nanos(Clock clock) {
            return switch (clock) {
                case WALL -> wallNanos;
                case CPU -> cpuNanos;
            };
        }
    }

    /// Checks that the index was opened and answered.
    public ColdStart {
        if (marks.size() < 2 || marks.get(0).answered != 0 || marks.get(1).answered != 1) {
            throw new IllegalArgumentException("a start begins with a mark without an answer and one with one, was " + marks);
        }
        marks = List.copyOf(marks);
    }

    /// When the index was open.
    public Mark opened() {
        return marks.get(0);
    }

    /// When the first query was answered.
    public Mark firstAnswer() {
        return marks.get(1);
    }

    void write(DataOutput out) throws IOException {
        out.writeInt(marks.size());
        for (Mark mark : marks) {
            out.writeLong(mark.wallNanos);
            out.writeLong(mark.cpuNanos);
            out.writeLong(mark.answered);
        }
        RunResult.writeIds(out, answers);
    }

    static ColdStart read(DataInput in) throws IOException {
        List<Mark> marks = new ArrayList<>();
        for (int n = in.readInt(); n > 0; n--) {
            marks.add(new Mark(in.readLong(), in.readLong(), in.readLong()));
        }
        return new ColdStart(marks, RunResult.readIds(in));
    }
}
