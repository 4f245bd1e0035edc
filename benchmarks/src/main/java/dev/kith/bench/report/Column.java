package dev.kith.bench.report;

import java.util.Locale;

/// The columns of a results file, in order. A results file of any program may be merged if it has these names.
public enum Column {
    /// Name of the engine.
    ENGINE,
    /// Name of the data set.
    DATASET,
    /// `cosine`, `l2` or `ip`.
    METRIC,
    /// Name of the filter, empty for none.
    FILTER,
    /// Build and search parameters.
    PARAMETERS,
    /// Neighbours asked for.
    K,
    /// Query threads.
    THREADS,
    /// Share of right answers by distance threshold.
    RECALL,
    /// Share of right answers by id.
    RECALL_IDS,
    /// Queries per CPU second of the query thread.
    QPS,
    /// Queries per second of wall time, all threads.
    QPS_WALL,
    /// Median latency, microseconds.
    P50_US,
    /// Latency of 95 %.
    P95_US,
    /// Latency of 99 %.
    P99_US,
    /// As the engine counts them; empty if it does not.
    DISTANCES_PER_QUERY,
    /// CPU of the whole process per CPU of the query threads.
    PROCESS_CPU_RATIO,
    /// Wall seconds of the build.
    BUILD_S,
    /// CPU seconds of the build's process.
    BUILD_CPU_S,
    /// Threads that built.
    BUILD_THREADS,
    /// Size of the index's files, vectors included where they are searched.
    INDEX_BYTES,
    /// Resident memory of the process, without the untouched rest of the heap.
    RESIDENT_BYTES,
    /// Live heap after a full collection.
    HEAP_BYTES,
    /// Arenas and direct buffers.
    NATIVE_BYTES,
    /// Resident pages of the index's mapped files.
    MAPPED_BYTES,
    /// Milliseconds to open the index.
    OPEN_MS,
    /// First query of a fresh process, microseconds; pages dropped before where the system allows.
    FIRST_QUERY_US,
    /// Seconds until steady.
    WARMUP_S,
    /// Rounds of which the medians were taken.
    ROUNDS,
    /// Distinct queries.
    QUERIES,
    /// Whether the row is on its engine's front, by the half of the queries that is not reported.
    FRONT,
    /// Revision of the sources.
    COMMIT,
    /// `measured` or `external`.
    SOURCE,
    /// Anything a reader must know.
    NOTE;

    /// The name in the file.
    public String header() {
        return name().toLowerCase(Locale.ROOT);
    }
}
