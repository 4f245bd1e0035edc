package dev.kith.internal.search;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/// A clause bound to a view: finds the best records of each part of the view.
interface ClauseSearch {
    /// What was found.
    ///
    /// @param found unordered; at least the `k` best of the view, and of each part either all it has or one more than `k`
    /// @param cuts parts that may hold more records exactly as far away as the farthest they gave
    record Candidates(List<Found> found, List<Cut> cuts) {
        static Candidates empty() {
            return new Candidates(new ArrayList<>(), new ArrayList<>());
        }
    }

    /// A part that was cut off between equals.
    ///
    /// @param source the part
    /// @param distance of its farthest
    record Cut(int source, float distance) {}

    /// Takes places.
    @FunctionalInterface
    interface Places {
        void take(int item) throws IOException;
    }

    /// Exact distances computed so far.
    default long distances() {
        return 0;
    }

    /// Whether an index was asked, so that something may have been missed.
    default boolean approximate() {
        return false;
    }

    /// Finds the best.
    Candidates run(int k) throws IOException;

    /// Hands every record of a part to `places` that is exactly as far away.
    ///
    /// @param k of the run whose cut it was
    void tied(Cut cut, int k, Places places) throws IOException;
}
