package dev.kith.core.batch;

import dev.kith.core.VectorKernels;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// Finds the few products of a finished matrix block that matter.
public final class Candidates {
    private static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT_UNALIGNED;

    private Candidates() {}

    /// `count` products of one query in native byte order, from byte `offset` of native memory.
    public record Products(MemorySegment memory, long offset, int count) {
        /// Product `i`.
        public float get(int i) {
            return memory.get(FLOAT, offset + 4L * i);
        }
    }

    /// Writes to `hits` the places `i` from `first` on for which not `products[i] - biases[i] < cut`, ascending, and returns
    /// how many: a product that is not a number is a candidate too. `biases` is as long as the products, and `hits` has room
    /// for all of them.
    public static int wanted(Products products, int first, float[] biases, float cut, int[] hits) {
        return VectorKernels.simd()
                ? TileKernel.wantedRows(products, first, biases, cut, hits)
                : wantedFrom(products, first, 0, biases, cut, hits);
    }

    /// The scalar twin, with `found` places already written.
    static int wantedFrom(Products products, int first, int found, float[] biases, float cut, int[] hits) {
        int n = found;
        for (int i = first; i < products.count(); i++) {
            if (!(products.get(i) - biases[i] < cut)) {
                hits[n++] = i;
            }
        }
        return n;
    }
}
