package dev.kith.quality;

/// How a collection is looked at.
///
/// @param sample records whose nearest neighbours are looked at, in `[1, 100_000]`
/// @param nearCosine the cosine from which two different vectors count as near-duplicates, in `(0, 1]`
/// @param examples ids named of each kind of finding, in `[0, 1_000]`
/// @param seed of the sample
public record QualityOptions(int sample, double nearCosine, int examples, long seed) {
    /// Checks the ranges.
    public QualityOptions {
        if (sample < 1 || sample > 100_000) {
            throw new IllegalArgumentException("sample must be in [1, 100000], was " + sample);
        }
        if (!(nearCosine > 0 && nearCosine <= 1)) {
            throw new IllegalArgumentException("nearCosine must be in (0, 1], was " + nearCosine);
        }
        if (examples < 0 || examples > 1_000) {
            throw new IllegalArgumentException("examples must be in [0, 1000], was " + examples);
        }
    }

    /// 1,000 sampled, near from 0.999, ten examples.
    public static QualityOptions defaults() {
        return new QualityOptions(1_000, 0.999, 10, 1);
    }
}
