package dev.kith;

import dev.kith.core.batch.AcceleratorOptions;
import java.util.Objects;

/// How a database is opened. Immutable; start from [#defaults()].
///
/// @param durability when a write is acknowledged
/// @param createIfMissing whether opening a folder that is missing or empty makes a new database there
/// @param recentRecords how many recent writes may stand in memory before they are moved to a segment while searches run; in
///        `[16, 1_000_000]`. Searches scan them, so more makes searches slower and fewer makes more segments
/// @param recentBytes bytes of memory the recent writes of one collection may take; writers wait beyond it. At least 1 MiB
/// @param logBytes bytes of log after which a flush is started by itself; bounds the time of a recovery. At least 1 MiB
/// @param graphRecords records from which a segment gets a graph; smaller ones are scanned, by codes of one bit a component
///        once they are large enough for that. At least 1
/// @param accelerator whether exact searches of many queries, building indexes and recall checks may use a device that a module on
///        the class path offers, such as `kith-gpu-bridge`. One that is required must be there when the database is opened and does
///        every batch of queries; if it fails later these searches fail, and builds and checks go on on the CPU
/// @param safety how far the disk is trusted, and whether the database is encrypted
/// @param recallChecks share of one processor that may be spent, while searches run, on repeating some of them exactly to know
///        their recall, in `[0, 0.5]`; 0 turns it off. See [CollectionStats#recall()]
/// @param observation who is told what the database does
/// @param buildThreads threads that building the index of one merge may use, in `[1, 1024]`; the index does not depend on it
/// @param memoryBytes what all collections of the database may take in memory together, on and off the heap, mapped files not
///        counted: at least 64 MiB, or `Long.MAX_VALUE` for as much as they need. To stay below it, indexes are built with fewer
///        threads, with smaller codes, as inverted lists or not at all, whichever is the first that fits; what was given up is in
///        [CollectionStats#memory()] and in explanations. Batches and answers in the caller's hands are not counted. Give the
///        JVM a heap of about half of it
public record Options(Durability durability, boolean createIfMissing, int recentRecords, long recentBytes, long logBytes,
        int graphRecords, AcceleratorOptions accelerator, Safety safety, double recallChecks, Observation observation,
        int buildThreads, long memoryBytes) {
    /// Least [#memoryBytes()].
    public static final long LEAST_MEMORY_BYTES = 64L << 20;

    /// Checks the ranges.
    public Options {
        Objects.requireNonNull(observation, "observation");
        Objects.requireNonNull(durability, "durability");
        Objects.requireNonNull(accelerator, "accelerator");
        Objects.requireNonNull(safety, "safety");
        check("recentRecords", recentRecords, 16, 1_000_000);
        check("recentBytes", recentBytes, 1 << 20, Long.MAX_VALUE);
        check("logBytes", logBytes, 1 << 20, Long.MAX_VALUE);
        check("graphRecords", graphRecords, 1, Integer.MAX_VALUE);
        check("buildThreads", buildThreads, 1, 1024);
        check("memoryBytes", memoryBytes, LEAST_MEMORY_BYTES, Long.MAX_VALUE);
        if (!(recallChecks >= 0 && recallChecks <= 0.5)) {
            throw new IllegalArgumentException("recallChecks must be in [0, 0.5], was " + recallChecks);
        }
    }

    private static void check(String name, long value, long least, long most) {
        if (value < least || value > most) {
            throw new IllegalArgumentException(name + " must be in [" + least + ", " + most + "], was " + value);
        }
    }

    /// Synced writes, made if missing, 2,048 recent records, 64 MiB of recent records, 128 MiB of log, graphs from 10,000, no
    /// accelerator, one percent of a processor for recall checks, one thread for a build, as much memory as is needed.
    public static Options defaults() {
        return new Options(Durability.sync(), true, 2_048, 64L << 20, 128L << 20, 10_000, AcceleratorOptions.OFF,
                Safety.defaults(), 0.01, Observation.NONE, 1, Long.MAX_VALUE);
    }

    /// With another durability.
    public Options withDurability(Durability value) {
        return new Options(value, createIfMissing, recentRecords, recentBytes, logBytes, graphRecords, accelerator, safety,
                recallChecks, observation, buildThreads, memoryBytes);
    }

    /// With another answer to a missing database.
    public Options withCreateIfMissing(boolean value) {
        return new Options(durability, value, recentRecords, recentBytes, logBytes, graphRecords, accelerator, safety,
                recallChecks, observation, buildThreads, memoryBytes);
    }

    /// With another bound on recent records.
    public Options withRecentRecords(int value) {
        return new Options(durability, createIfMissing, value, recentBytes, logBytes, graphRecords, accelerator, safety,
                recallChecks, observation, buildThreads, memoryBytes);
    }

    /// With another bound on the memory of recent records.
    public Options withRecentBytes(long value) {
        return new Options(durability, createIfMissing, recentRecords, value, logBytes, graphRecords, accelerator, safety,
                recallChecks, observation, buildThreads, memoryBytes);
    }

    /// With another bound on the log.
    public Options withLogBytes(long value) {
        return new Options(durability, createIfMissing, recentRecords, recentBytes, value, graphRecords, accelerator, safety,
                recallChecks, observation, buildThreads, memoryBytes);
    }

    /// With graphs from another number of records on.
    public Options withGraphRecords(int value) {
        return new Options(durability, createIfMissing, recentRecords, recentBytes, logBytes, value, accelerator, safety,
                recallChecks, observation, buildThreads, memoryBytes);
    }

    /// With another accelerator.
    public Options withAccelerator(AcceleratorOptions value) {
        return new Options(durability, createIfMissing, recentRecords, recentBytes, logBytes, graphRecords, value, safety,
                recallChecks, observation, buildThreads, memoryBytes);
    }

    /// With another trust in the disk.
    public Options withSafety(Safety value) {
        return new Options(durability, createIfMissing, recentRecords, recentBytes, logBytes, graphRecords, accelerator, value,
                recallChecks, observation, buildThreads, memoryBytes);
    }

    /// With another share of a processor for recall checks.
    public Options withRecallChecks(double value) {
        return new Options(durability, createIfMissing, recentRecords, recentBytes, logBytes, graphRecords, accelerator, safety,
                value, observation, buildThreads, memoryBytes);
    }

    /// With another observation.
    public Options withObservation(Observation value) {
        return new Options(durability, createIfMissing, recentRecords, recentBytes, logBytes, graphRecords, accelerator, safety,
                recallChecks, value, buildThreads, memoryBytes);
    }

    /// With another number of threads for a build.
    public Options withBuildThreads(int value) {
        return new Options(durability, createIfMissing, recentRecords, recentBytes, logBytes, graphRecords, accelerator, safety,
                recallChecks, observation, value, memoryBytes);
    }

    /// With a bound on memory.
    public Options withMemoryBytes(long value) {
        return new Options(durability, createIfMissing, recentRecords, recentBytes, logBytes, graphRecords, accelerator, safety,
                recallChecks, observation, buildThreads, value);
    }
}
