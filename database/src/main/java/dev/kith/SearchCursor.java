package dev.kith;

import java.util.List;

/// Reads the answer to a query page by page, as deep as one likes, as of the moment at which it was opened: writes made since do
/// not change it, no record comes twice, and the last page is reached when every record that the filter lets through (and that
/// scores enough) has come.
///
/// An approximate search can find, when it looks deeper, a record that should have come on an earlier page; it then comes next. With
/// [Effort#exact()] the order is the exact one throughout. A cursor holds a snapshot of the collection, which costs disk space while
/// merges go on: close it. Not thread-safe.
public interface SearchCursor extends AutoCloseable {
    /// The next hits, best first; fewer than `n` only at the end, none after it.
    ///
    /// @param n in `[1, Limits.MAX_K]`
    /// @throws ClosedException after [#close()]
    List<Hit> next(int n);

    /// How many hits have come so far.
    long position();

    /// The cursor sees every write up to this sequence number and none above.
    long sequence();

    /// Lets go of the snapshot. Idempotent.
    @Override
    void close();
}
