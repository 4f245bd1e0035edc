package dev.kith.core.pq;

import dev.kith.core.ListKernels;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.Objects;

/// Vectors of bfloat16, the upper half of a float32: the same range, eight bits of precision, half the bytes. A register of 32-bit
/// words holds two components a word; one shift and one mask make floats of them, so a query is kept as its
/// even and its odd components and nothing is shuffled.
///
/// Rows are little-endian and padded with zeros to a multiple of [#PADDING] components.
public final class Bfloat16 {
    /// Components a row is padded to.
    public static final int PADDING = 32;

    private static final ValueLayout.OfInt WORD = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private Bfloat16() {}

    /// Bytes of a row.
    public static int rowBytes(int dimension) {
        return 2 * padded(dimension);
    }

    /// Components of a row with its padding.
    public static int padded(int dimension) {
        return (dimension + PADDING - 1) / PADDING * PADDING;
    }

    /// A query as the kernels want it.
    ///
    /// @param even components 0, 2, 4, ..., padded with zeros
    /// @param odd components 1, 3, 5, ...
    public record Query(float[] even, float[] odd) {
        /// Splits a query.
        public static Query of(float[] query) {
            float[] even = new float[padded(query.length) / 2];
            float[] odd = new float[even.length];
            for (int i = 0; i < query.length; i++) {
                ((i & 1) == 0 ? even : odd)[i >> 1] = query[i];
            }
            return new Query(even, odd);
        }
    }

    /// Inner product of a query and the row at byte `at`.
    ///
    /// @param rows native memory
    public static float dot(Query query, MemorySegment rows, long at) {
        check(query, rows, at);
        return ListKernels.simd() ? SimdBfloat16.dot(query.even, query.odd, rows, at) : scalarDot(query, rows, at);
    }

    /// Squared L2 distance of a query and the row at byte `at`.
    ///
    /// @param rows native memory
    public static float squaredL2(Query query, MemorySegment rows, long at) {
        check(query, rows, at);
        return ListKernels.simd() ? SimdBfloat16.squaredL2(query.even, query.odd, rows, at) : scalarSquaredL2(query, rows, at);
    }

    private static void check(Query query, MemorySegment rows, long at) {
        Objects.checkIndex(0, query.even.length);
        Objects.checkFromIndexSize(at, 4L * query.even.length, rows.byteSize());
    }

    /// The scalar twin.
    static float scalarDot(Query query, MemorySegment rows, long at) {
        float sum = 0;
        for (int i = 0; i < query.even.length; i++) {
            int word = rows.get(WORD, at + 4L * i);
            sum = Math.fma(query.even[i], Float.intBitsToFloat(word << 16), sum);
            sum = Math.fma(query.odd[i], Float.intBitsToFloat(word & 0xffff0000), sum);
        }
        return sum;
    }

    /// The scalar twin.
    static float scalarSquaredL2(Query query, MemorySegment rows, long at) {
        float sum = 0;
        for (int i = 0; i < query.even.length; i++) {
            int word = rows.get(WORD, at + 4L * i);
            float even = query.even[i] - Float.intBitsToFloat(word << 16);
            float odd = query.odd[i] - Float.intBitsToFloat(word & 0xffff0000);
            sum = Math.fma(even, even, Math.fma(odd, odd, sum));
        }
        return sum;
    }
}
