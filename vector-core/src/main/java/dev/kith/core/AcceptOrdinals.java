package dev.kith.core;

/// The ordinals of one segment that may be answered: live and matching the filter. Immutable while a search runs,
/// and safe to read from many threads.
public interface AcceptOrdinals {
    /// Whether `ordinal` may be answered.
    boolean accepts(int ordinal);

    /// How many ordinals are accepted; exact, or an upper bound where counting would cost more than it saves.
    int cardinality();

    /// Copies accepted ordinals `>= from` in ascending order into `target`; returns how many were copied. Fewer than
    /// `target.length` means there are no more.
    int next(int from, int[] target);

    /// Accepts all of `[0, size)`.
    static AcceptOrdinals all(int size) {
        return new AllOrdinals(size);
    }

    /// Accepts the set bits of `words` (bit `i & 63` of word `i >> 6` is ordinal `i`) below `size`. Not copied.
    static AcceptOrdinals of(long[] words, int size) {
        return new BitOrdinals(words, size);
    }
}
