package dev.kith.bench.engine;

import dev.kith.core.AcceptOrdinals;

/// The rows a filtered search may answer, as bits; each engine turns them once into its own form.
///
/// @param words bit `i & 63` of word `i >> 6` is row `i`
/// @param size rows of the set
/// @param cardinality set bits
public record AcceptSet(String name, long[] words, int size, int cardinality) {
    /// Counts the bits.
    public static AcceptSet of(String name, long[] words, int size) {
        return new AcceptSet(name, words, size, AcceptOrdinals.of(words, size).cardinality());
    }

    /// Whether the row may be answered.
    public boolean accepts(int row) {
        return row >= 0 && row < size && (words[row >> 6] & (1L << row)) != 0;
    }

    /// The same rows in Kith's form.
    public AcceptOrdinals ordinals() {
        return AcceptOrdinals.of(words, size);
    }
}
