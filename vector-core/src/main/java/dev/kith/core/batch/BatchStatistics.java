package dev.kith.core.batch;

import org.jspecify.annotations.Nullable;

/// What a [BatchScorers] did so far.
///
/// @param cpuCalls calls the CPU answered because the cost model or the mode chose it
/// @param acceleratorCalls calls the accelerator answered
/// @param fallbacks calls the accelerator refused or failed and the CPU answered
/// @param lastFailure the message of the last such call
public record BatchStatistics(long cpuCalls, long acceleratorCalls, long fallbacks, @Nullable String lastFailure) {
    /// Both together.
    public BatchStatistics plus(BatchStatistics other) {
        return new BatchStatistics(cpuCalls + other.cpuCalls, acceleratorCalls + other.acceleratorCalls,
                fallbacks + other.fallbacks, lastFailure == null ? other.lastFailure : lastFailure);
    }
}
