package dev.kith.core;

import java.util.Objects;

/// Ordinals as set bits, 64 a word.
final class BitOrdinals implements AcceptOrdinals {
    private final long[] words;
    private final int size;
    private final int cardinality;

    BitOrdinals(long[] words, int size) {
        Objects.checkFromToIndex(0L, (size + 63L) >>> 6, words.length);
        this.words = words;
        this.size = size;
        int n = 0;
        for (int i = 0; i < (size + 63) >>> 6; i++) {
            n += Long.bitCount(word(i));
        }
        this.cardinality = n;
    }

    /// Word `i` with the bits at and above `size` cleared.
    private long word(int i) {
        int left = size - (i << 6);
        return left >= 64 ? words[i] : words[i] & ((1L << left) - 1);
    }

    @Override
    public boolean accepts(int ordinal) {
        return ordinal < size && (words[ordinal >> 6] & (1L << ordinal)) != 0;
    }

    @Override
    public int cardinality() {
        return cardinality;
    }

    @Override
    public int next(int from, int[] target) {
        int n = 0;
        int last = (size + 63) >>> 6;
        for (int w = from >> 6; w < last && n < target.length; w++) {
            long bits = word(w);
            if (w == from >> 6) {
                bits &= -1L << from;
            }
            while (bits != 0 && n < target.length) {
                target[n++] = (w << 6) + Long.numberOfTrailingZeros(bits);
                bits &= bits - 1;
            }
        }
        return n;
    }
}
