package dev.kith.bench.engine;

import dev.kith.core.AcceptOrdinals;
import org.jspecify.annotations.Nullable;

/// The rows a filtered search may answer, as bits; each engine turns them once into its own form.
///
/// @param words bit `i & 63` of word `i >> 6` is row `i`
/// @param size rows of the set
/// @param cardinality set bits
/// @param order the order of rows whose first `cardinality` rows these are, by name (`random`, `region`), so that a database can
///        ask for them by a condition; null if they are the first of none
public record AcceptSet(String name, long[] words, int size, int cardinality, @Nullable String order) {
    /// Counts the bits.
    public static AcceptSet of(String name, long[] words, int size) {
        return new AcceptSet(name, words, size, AcceptOrdinals.of(words, size).cardinality(), null);
    }

    /// The rows of rank below `cardinality` in an order of rows.
    ///
    /// @param ranks rank of each row
    public static AcceptSet first(String name, String order, int[] ranks, int cardinality) {
        long[] words = new long[(ranks.length + 63) >>> 6];
        for (int row = 0; row < ranks.length; row++) {
            if (ranks[row] < cardinality) {
                words[row >> 6] |= 1L << row;
            }
        }
        return new AcceptSet(name, words, ranks.length, cardinality, order);
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
