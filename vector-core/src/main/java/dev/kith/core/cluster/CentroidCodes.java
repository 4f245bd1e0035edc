package dev.kith.core.cluster;

import dev.kith.core.ListKernels;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.Objects;

/// Centroids in signed bytes, one scale each, laid out for one query against all of them: a quarter of the memory traffic of
/// float centroids, which is what the first step of a search costs. The rounding error of an inner product is about 1/500 of
/// the spread of a component times the query's norm, far below that of any code.
///
/// Groups of 64 centroids, dimension-major; the last group is padded with zeros.
///
/// | part | bytes |
/// |---|---|
/// | codes, shape (groups, dimension, 64) | `64 * dimension * groups` |
/// | scale, float32 a centroid: component = code * scale | `256 * groups` |
/// | squared norm of the float centroid, float32 a centroid | `256 * groups` |
///
/// @param bytes native memory in that layout
public record CentroidCodes(int count, int dimension, MemorySegment bytes) {
    /// Centroids side by side.
    public static final int GROUP = 64;

    private static final ValueLayout.OfFloat FLOAT_LE = ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    /// Checks the size.
    public CentroidCodes {
        if (count < 1 || dimension < 1 || bytes.byteSize() < byteSize(count, dimension)) {
            throw new IllegalArgumentException("bytes must hold " + byteSize(count, dimension) + ", hold " + bytes.byteSize());
        }
    }

    /// Bytes of the layout.
    public static long byteSize(int count, int dimension) {
        return groups(count) * (64L * dimension + 512);
    }

    /// Groups that `count` centroids fill.
    public static int groups(int count) {
        return (count + GROUP - 1) / GROUP;
    }

    /// Encodes row-major centroids into `bytes`, which must be zero.
    public static CentroidCodes encode(float[] centroids, int count, int dimension, MemorySegment bytes) {
        CentroidCodes codes = new CentroidCodes(count, dimension, bytes);
        for (int c = 0; c < count; c++) {
            float largest = 0;
            double norm = 0;
            for (int i = 0; i < dimension; i++) {
                float x = centroids[c * dimension + i];
                largest = Math.max(largest, Math.abs(x));
                norm += (double) x * x;
            }
            float scale = largest / 127;
            for (int i = 0; i < dimension; i++) {
                int code = scale > 0 ? Math.round(centroids[c * dimension + i] / scale) : 0;
                bytes.set(ValueLayout.JAVA_BYTE, codes.codeAt(c / GROUP) + (long) i * GROUP + c % GROUP, (byte) code);
            }
            bytes.set(FLOAT_LE, codes.scalesAt() + 4L * c, scale);
            bytes.set(FLOAT_LE, codes.normsAt() + 4L * c, (float) norm);
        }
        return codes;
    }

    private long codeAt(int group) {
        return 64L * dimension * group;
    }

    private long scalesAt() {
        return codeAt(groups(count));
    }

    private long normsAt() {
        return scalesAt() + 256L * groups(count);
    }

    /// Length that the array for [#dots] needs.
    public int paddedCount() {
        return groups(count) * GROUP;
    }

    /// Inner products of the query with all centroids.
    ///
    /// @param dots at least [#paddedCount()] long
    public void dots(float[] query, float[] dots) {
        dots(query, 0, groups(count), dots);
    }

    /// Inner products of the query with the centroids of some groups, each in its own place of `dots`.
    ///
    /// @param from first group
    /// @param to group behind the last
    /// @param dots at least [#paddedCount()] long
    public void dots(float[] query, int from, int to, float[] dots) {
        Objects.checkFromIndexSize(0, dimension, query.length);
        Objects.checkFromIndexSize(0, paddedCount(), dots.length);
        Objects.checkFromToIndex(from, to, groups(count));
        if (from < to && ListKernels.simd()) {
            SimdCentroidCodes.dots(query, dimension, bytes, from, to, dots);
            SimdCentroidCodes.scale(dots, from * GROUP, to * GROUP, bytes, scalesAt());
            return;
        }
        scalarDots(query, from, to, dots);
    }

    /// The scalar twin.
    void scalarDots(float[] query, int from, int to, float[] dots) {
        for (int c = from * GROUP; c < to * GROUP; c++) {
            float sum = 0;
            for (int i = 0; i < dimension; i++) {
                int code = bytes.get(ValueLayout.JAVA_BYTE, codeAt(c / GROUP) + (long) i * GROUP + c % GROUP);
                sum = Math.fma(query[i], code, sum);
            }
            dots[c] = sum * bytes.get(FLOAT_LE, scalesAt() + 4L * c);
        }
    }

    /// Squared distances of the query to all centroids from what [#dots] gave, never below 0.
    ///
    /// @param queryNorm squared norm of the query
    /// @param distances at least [#paddedCount()] long
    public void squaredDistances(float[] dots, float queryNorm, float[] distances) {
        squaredDistances(dots, queryNorm, 0, groups(count), distances);
    }

    /// The same for the centroids of some groups.
    ///
    /// @param from first group
    /// @param to group behind the last
    public void squaredDistances(float[] dots, float queryNorm, int from, int to, float[] distances) {
        Objects.checkFromIndexSize(0, paddedCount(), Math.min(dots.length, distances.length));
        Objects.checkFromToIndex(from, to, groups(count));
        if (from < to && ListKernels.simd()) {
            SimdCentroidCodes.squaredDistances(dots, from * GROUP, to * GROUP, queryNorm, bytes, normsAt(), distances);
            return;
        }
        for (int c = from * GROUP; c < to * GROUP; c++) {
            distances[c] = Math.max(0f, bytes.get(FLOAT_LE, normsAt() + 4L * c) + queryNorm - 2 * dots[c]);
        }
    }

    /// Squared norm of a centroid, before it was rounded.
    public float squaredNorm(int centroid) {
        return bytes.get(FLOAT_LE, normsAt() + 4L * Objects.checkIndex(centroid, count));
    }
}
