package dev.kith.quality;

/// How far vectors are from a baseline.
///
/// @param baselineCount vectors the baseline was made of
/// @param count vectors compared with it
/// @param distance the greatest distance between the distributions along any of the random directions, in [0, 1]
/// @param probability of a distance so great in any of them if nothing had changed
/// @param lengthDistance the distance between the distributions of the lengths, in [0, 1]
/// @param lengthProbability of a distance so great if nothing had changed
public record DriftReport(long baselineCount, long count, double distance, double probability, double lengthDistance,
        double lengthProbability) {
    /// Distances below this are too small to matter, however sure one is of them.
    public static final double LEAST_DISTANCE = 0.1;
    /// What is more probable than this may be chance.
    public static final double GREATEST_PROBABILITY = 0.001;

    /// Whether the vectors have changed: by much, and hardly by chance.
    public boolean drifted() {
        return distance >= LEAST_DISTANCE && probability <= GREATEST_PROBABILITY
                || lengthDistance >= LEAST_DISTANCE && lengthProbability <= GREATEST_PROBABILITY;
    }
}
