package dev.kith.bench.data;

import dev.kith.core.DenseVectors;
import dev.kith.core.Scorer;
import java.util.Arrays;
import java.util.SplittableRandom;

/// Orders of a set's rows in which the rows of rank 0 to `n - 1` make a filter of `n` rows. A database stores the ranks as
/// metadata, so that it can be asked the same filters as engines that take a set of bits.
public final class RowRanks {
    private static final long SEED = 20_261;

    private RowRanks() {}

    /// A rank for each row by chance.
    public static int[] random(int rows) {
        SplittableRandom random = new SplittableRandom(SEED);
        int[] ranks = new int[rows];
        for (int row = 0; row < rows; row++) {
            int other = random.nextInt(row + 1);
            ranks[row] = ranks[other];
            ranks[other] = row;
        }
        return ranks;
    }

    /// A rank for each row by its distance to one row of the set, equal distances by row number.
    public static int[] region(DenseVectors vectors) {
        int rows = vectors.count();
        Scorer scorer = vectors.scorer(new SplittableRandom(SEED).nextInt(rows));
        long[] keys = new long[rows];
        float[] distances = new float[1024];
        for (int from = 0; from < rows; from += distances.length) {
            int n = Math.min(distances.length, rows - from);
            scorer.scoreRange(from, n, distances);
            for (int i = 0; i < n; i++) {
                int bits = Float.floatToIntBits(distances[i]);
                int ordered = bits >= 0 ? bits : bits ^ Integer.MAX_VALUE; // ordered like the floats
                keys[from + i] = ((long) ordered << 32) | (from + i);
            }
        }
        Arrays.sort(keys);
        int[] ranks = new int[rows];
        for (int rank = 0; rank < rows; rank++) {
            ranks[(int) keys[rank]] = rank;
        }
        return ranks;
    }
}
