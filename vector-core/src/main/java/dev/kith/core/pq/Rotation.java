package dev.kith.core.pq;

/// An orthogonal map into the space codes live in, zero-padding included: inner products and distances stay what they were.
/// Immutable and thread-safe.
public sealed interface Rotation permits IdentityRotation, HadamardRotation, DenseRotation {
    /// Components of an input.
    int inputDimension();

    /// Components of an output, at least [#inputDimension()].
    int outputDimension();

    /// Maps `in[inFrom ..]` to `out[outFrom ..]`; the arrays must not overlap.
    void apply(float[] in, int inFrom, float[] out, int outFrom);
}
