package dev.kith.bench.data;

import dev.kith.core.Metric;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/// Distances in double precision over float rows: the judge of all engines. Uses none of the kernels it judges.
public final class DoubleDistance {
    private static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private DoubleDistance() {}

    /// The distance from `query` to the row that begins `offset` bytes into `rows`, as [Metric] defines it.
    public static double of(Metric metric, float[] query, MemorySegment rows, long offset) {
        double dot = 0;
        double square = 0;
        double queryNorm = 0;
        double rowNorm = 0;
        for (int i = 0; i < query.length; i++) {
            double q = query[i];
            double x = rows.get(FLOAT, offset + 4L * i);
            dot += q * x;
            square += (q - x) * (q - x);
            queryNorm += q * q;
            rowNorm += x * x;
        }
        return switch (metric) {
            case SQUARED_L2 -> square;
            case INNER_PRODUCT -> -dot;
            case COSINE -> 1 - dot / Math.sqrt(queryNorm * rowNorm);
        };
    }
}
