package dev.kith.bench.harness;

import dev.kith.bench.engine.AcceptSet;
import org.jspecify.annotations.Nullable;

/// One filter under which all queries are asked, and the exact answers.
///
/// @param name empty for no filter
/// @param accept the rows that may be answered; null for no filter
/// @param truth exact neighbours of each query among those rows, padded with -1
public record FilterCase(String name, @Nullable AcceptSet accept, int[][] truth) {
    /// The case without a filter.
    public static FilterCase unfiltered(int[][] truth) {
        return new FilterCase("", null, truth);
    }
}
