package dev.kith.bench.data;

import dev.kith.core.Metric;
import java.nio.file.Path;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Which files make a data set, before they are brought into the canonical form.
///
/// @param name how tables call the set
/// @param base the vectors that are searched; for HDF5 the member `train`
/// @param queries the questions; for HDF5 the member `test`
/// @param truth exact neighbours of each query, nearest first; null means: compute them
/// @param rowLimit use only this many first rows, or 0 for all; a prefix has its truth computed anew
/// @param queryLimit use only this many first queries, or 0 for all
public record VectorSetFiles(String name, Path base, Path queries, @Nullable Path truth, Metric metric, int rowLimit,
        int queryLimit) {
    /// Checks the limits.
    public VectorSetFiles {
        Objects.requireNonNull(name);
        Objects.requireNonNull(base);
        Objects.requireNonNull(queries);
        Objects.requireNonNull(metric);
        if (rowLimit < 0 || queryLimit < 0) {
            throw new IllegalArgumentException("limits must not be negative, were " + rowLimit + " and " + queryLimit);
        }
    }

    /// The same files, cut to prefixes.
    public VectorSetFiles limited(int rows, int queryCount) {
        return new VectorSetFiles(name, base, queries, truth, metric, rows, queryCount);
    }
}
