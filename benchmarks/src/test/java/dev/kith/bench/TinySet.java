package dev.kith.bench;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SplittableRandom;

/// A small clustered data set in files, made from a seed.
public final class TinySet {
    private TinySet() {}

    /// Writes `base.fvecs` and `queries.fvecs` into the folder; without truth.
    public static Path write(Path folder, int rows, int dimension, int queries) throws IOException {
        Files.createDirectories(folder);
        SplittableRandom random = new SplittableRandom(7);
        float[][] centres = new float[20][dimension];
        for (float[] centre : centres) {
            for (int i = 0; i < dimension; i++) {
                centre[i] = (float) random.nextGaussian();
            }
        }
        vectors(folder.resolve("base.fvecs"), rows, centres, random);
        vectors(folder.resolve("queries.fvecs"), queries, centres, random);
        return folder;
    }

    private static void vectors(Path file, int rows, float[][] centres, SplittableRandom random) throws IOException {
        int dimension = centres[0].length;
        ByteBuffer bytes = ByteBuffer.allocate(rows * 4 * (dimension + 1)).order(ByteOrder.LITTLE_ENDIAN);
        for (int r = 0; r < rows; r++) {
            float[] centre = centres[random.nextInt(centres.length)];
            bytes.putInt(dimension);
            for (int i = 0; i < dimension; i++) {
                bytes.putFloat(centre[i] + 0.5f * (float) random.nextGaussian());
            }
        }
        Files.write(file, bytes.array());
    }
}
