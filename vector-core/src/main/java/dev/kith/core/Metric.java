package dev.kith.core;

/// How far apart two vectors are. Below the face every metric is a *distance*, where smaller is nearer; only this type
/// converts between a distance and the *score* that users see, where larger is nearer.
///
/// | metric | distance | score |
/// |---|---|---|
/// | [#SQUARED_L2] | sum of squared differences, in [0, inf) | `1 / (1 + distance)`, in (0, 1] |
/// | [#INNER_PRODUCT] | minus the inner product | the inner product |
/// | [#COSINE] | 1 minus the cosine of the angle, in [0, 2] | the cosine, in [-1, 1] |
public enum Metric {
    /// Squared Euclidean distance.
    SQUARED_L2,
    /// Negated inner product. Not a metric in the mathematical sense: a vector may be nearer to another than to itself.
    INNER_PRODUCT,
    /// One minus the cosine of the angle. A zero vector has no direction and is refused at the face.
    COSINE;

    /// The score users see for a distance of this metric. Monotone: a smaller distance never has a smaller score.
    public float score(float distance) {
        return switch (this) {
            case SQUARED_L2 -> 1f / (1f + distance);
            case INNER_PRODUCT -> -distance;
            case COSINE -> 1f - distance;
        };
    }

    /// The distance that has the given score, up to float rounding; the inverse of [#score(float)].
    public float distance(float score) {
        return switch (this) {
            case SQUARED_L2 -> 1f / score - 1f;
            case INNER_PRODUCT -> -score;
            case COSINE -> 1f - score;
        };
    }
}
