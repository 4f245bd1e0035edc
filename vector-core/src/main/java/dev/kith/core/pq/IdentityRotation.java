package dev.kith.core.pq;

import java.util.Arrays;

/// No rotation, only zero-padding.
///
/// @param inputDimension components in, at least 1
/// @param outputDimension components out, at least `inputDimension`
public record IdentityRotation(int inputDimension, int outputDimension) implements Rotation {
    /// Checks the sizes.
    public IdentityRotation {
        if (inputDimension < 1 || outputDimension < inputDimension) {
            throw new IllegalArgumentException(
                    "need 1 <= inputDimension <= outputDimension, were " + inputDimension + " and " + outputDimension);
        }
    }

    @Override
    public void apply(float[] in, int inFrom, float[] out, int outFrom) {
        System.arraycopy(in, inFrom, out, outFrom, inputDimension);
        Arrays.fill(out, outFrom + inputDimension, outFrom + outputDimension, 0f);
    }
}
