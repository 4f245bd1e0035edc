package dev.kith;

import org.jspecify.annotations.Nullable;

/// Which part of the order is answered.
///
/// @param k how many hits at most, in `[1, Limits.MAX_K]`; groups, where the query groups
/// @param offset how many of the best are left out, so that a page can follow another; `offset + k` at most [Limits#MAX_K]. Pages
///        asked one by one see the writes between them; [Collection#open(Query)] does not
/// @param candidates how many records each clause contributes to what is fused, boosted, reranked, grouped, diversified and
///        counted, in `[0, Limits.MAX_K]`; 0 lets the engine choose. A query with one clause and none of these needs none
/// @param minScore hits with a lower score are left out; null means none are
public record Window(int k, int offset, int candidates, @Nullable Float minScore) {
    /// The ten best.
    public static final Window TEN = new Window(10, 0, 0, null);

    /// Checks the ranges.
    public Window {
        check("k", k, 1);
        check("offset", offset, 0);
        check("offset + k", (long) offset + k, 1);
        check("candidates", candidates, 0);
        if (minScore != null && Float.isNaN(minScore)) {
            throw new InvalidQueryException("minScore", "a number", "NaN");
        }
    }

    private static void check(String name, long value, int least) {
        if (value < least || value > Limits.MAX_K) {
            throw new InvalidQueryException(name, "a number in [" + least + ", " + Limits.MAX_K + "]", Long.toString(value));
        }
    }

    /// Where the window ends.
    public int end() {
        return offset + k;
    }
}
