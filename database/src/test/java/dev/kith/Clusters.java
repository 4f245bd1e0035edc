package dev.kith;

import java.util.SplittableRandom;

/// Vectors around twelve centres, as embeddings of twelve subjects would be.
final class Clusters {
    private Clusters() {}

    static float[] vector(int dimension, SplittableRandom random) {
        float[] vector = new float[dimension];
        int cluster = random.nextInt(12);
        for (int i = 0; i < dimension; i++) {
            vector[i] = (float) (Math.sin(cluster * 7 + i) + 0.4 * random.nextGaussian());
        }
        return vector;
    }
}
