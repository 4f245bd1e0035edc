package dev.kith.core;

/// A query for rows of bytes whose components are whole numbers themselves, as those of quantized vectors are: its distances are sums
/// of integers, exact in any order, so that every kernel may sum as it likes and all give the same bits.
///
/// The components stand apart by place: a kernel takes two bytes of a row as one number of 16 bits, brings out the even and the odd one by
/// shifts and multiplies each with its own part.
final class ByteQuery {
    /// Two products of bytes must fit in 16 bits, so -128 is left to the kernels for floats.
    private static final int LIMIT = 127;
    /// Most components whose squared distance, a sum of integers, fits in 31 bits.
    private static final int MAX_DIMENSION = 32_768;

    final int dimension;
    /// Components of one step of a kernel, two in each lane; more than there are where no kernel runs.
    private final int step;
    /// Components in whole steps, the last of which overlaps the one before; 0 where no kernel runs.
    final int padded;
    final int[] integers;
    /// Zero where the last step meets what was counted before.
    final short[] even;
    final short[] odd;
    /// The bytes of a row that count.
    final short[] masks;

    /// @param step components of one step of the kernels
    ByteQuery(int dimension, int step) {
        this.dimension = dimension;
        this.step = step;
        this.padded = dimension < step ? 0 : (dimension + step - 1) / step * step;
        this.integers = new int[dimension];
        this.even = new short[padded / 2];
        this.odd = new short[padded / 2];
        this.masks = new short[padded / 2];
        for (int i = 0; i < padded; i++) {
            if (counts(i)) {
                masks[i / 2] |= (short) (i % 2 == 0 ? 0xff : 0xff00);
            }
        }
    }

    /// Where the last step begins.
    int tailStart() {
        return dimension - step;
    }

    /// The component at place `i` of the steps.
    private int component(int i) {
        return i < padded - step ? i : i - padded + dimension;
    }

    private boolean counts(int i) {
        return i < padded - step || component(i) >= padded - step;
    }

    /// Takes the first components of a query; whether they are whole numbers small enough for this form.
    boolean set(float[] components) {
        if (dimension > MAX_DIMENSION) {
            return false;
        }
        for (int i = 0; i < dimension; i++) {
            int rounded = (int) components[i];
            if (rounded != components[i] || rounded < -LIMIT || rounded > LIMIT) {
                return false;
            }
            integers[i] = rounded;
        }
        for (int i = 0; i < padded; i++) {
            (i % 2 == 0 ? even : odd)[i / 2] = (short) (counts(i) ? integers[component(i)] : 0);
        }
        return true;
    }
}
