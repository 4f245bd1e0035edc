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

    /// Writes to `hits` the places `i` for which not `products[i] - biases[i] < cut`, ascending, and returns how many: a
    /// product that is not a number is a candidate too. `biases` and `hits` are as long as the products, or longer.
    public static int wanted(Products products, float[] biases, float cut, int[] hits) {
        return VectorKernels.simd()
                ? TileKernel.wantedRows(products.memory(), products.offset(), products.count(), biases, cut, hits)
                : wantedFrom(0, 0, products, biases, cut, hits);
    }

    /// The scalar twin, from place `first` on with `found` places already written.
    static int wantedFrom(int first, int found, Products products, float[] biases, float cut, int[] hits) {
        int n = found;
        for (int i = first; i < products.count(); i++) {
            if (!(products.get(i) - biases[i] < cut)) {
                hits[n++] = i;
            }
        }
        return n;
    }
}
