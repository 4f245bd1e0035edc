package dev.kith.internal.search;

import dev.kith.core.Scorer;
import dev.kith.core.SignScan;
import dev.kith.internal.view.Overlay;
import java.io.IOException;
import java.util.Objects;
import java.util.function.DoubleSupplier;
import java.util.stream.IntStream;

/// A look at the vectors of recent writes: at all of them, or at those that their codes leave in question.
///
/// @param rows how many of the overlay's rows are looked at
record RecentScan(Overlay overlay, String field, int rows) {
    /// Errors are normal over random rotations: of 30,000 rows one may be judged wrongly.
    private static final float STANDARD_ERRORS = 4f;
    /// The rows of a chunk, in order.
    private static final int[] ROWS_OF_CHUNK = IntStream.range(0, Overlay.rowsPerChunk()).toArray();

    /// Takes rows with their exact distances.
    interface Target {
        void take(int row, float distance) throws IOException;
    }

    /// Whether the rows have codes.
    boolean coded() {
        return overlay.signs(field) != null;
    }

    /// Hands all rows over; returns how many distances were computed.
    long all(float[] query, Target target) throws IOException {
        float[] scored = new float[Overlay.rowsPerChunk()];
        for (int first = 0; first < rows; first += scored.length) {
            chunk(query, first, scored, target);
        }
        return rows;
    }

    private void chunk(float[] query, int first, float[] scored, Target target) throws IOException {
        int count = Math.min(scored.length, rows - first);
        overlay.chunk(field, first / scored.length).scorer(query).scoreRange(0, count, scored);
        for (int i = 0; i < count; i++) {
            target.take(first + i, scored[i]);
        }
    }

    /// Hands over those rows whose distance may be at most `worst`, which may fall meanwhile; returns how many distances were
    /// computed. As long as that is infinite a chunk is handed over whole, so that there is something to compare with.
    long byCodes(float[] query, DoubleSupplier worst, Target target) throws IOException {
        SignScan signs = Objects.requireNonNull(overlay.signs(field));
        float[] scored = new float[Overlay.rowsPerChunk()];
        SignScan.Query bounds = signs.query(query, STANDARD_ERRORS);
        int[] left = new int[scored.length];
        long distances = 0;
        for (int first = 0; first < rows; first += scored.length) {
            int count = Math.min(scored.length, rows - first);
            if (worst.getAsDouble() == Float.POSITIVE_INFINITY) {
                chunk(query, first, scored, target);
                distances += count;
                continue;
            }
            int number = first / scored.length;
            bounds.bounds(overlay.codes(field, number), ROWS_OF_CHUNK, count, scored);
            double limit = worst.getAsDouble();
            int n = 0;
            for (int i = 0; i < count; i++) {
                if (!(scored[i] > limit)) { // one that is not a number says nothing
                    left[n++] = i;
                }
            }
            if (n > 0) {
                Scorer scorer = overlay.chunk(field, number).scorer(query);
                scorer.score(left, n, scored);
                for (int i = 0; i < n; i++) {
                    target.take(first + left[i], scored[i]);
                }
                distances += n;
            }
        }
        return distances;
    }
}
