package dev.kith.internal.engine;

import dev.kith.ClosedException;
import dev.kith.Hit;
import dev.kith.SearchCursor;
import dev.kith.internal.search.PagedSearch;
import dev.kith.internal.view.View;
import java.io.IOException;
import java.util.List;

/// Pages over a view, which it keeps in use until closed.
final class EngineCursor implements SearchCursor {
    private final CollectionStore store;
    private final View view;
    private final PagedSearch pages;
    private boolean closed;

    /// Takes over the use of the view.
    EngineCursor(CollectionStore store, View view, PagedSearch pages) {
        this.store = store;
        this.view = view;
        this.pages = pages;
    }

    @Override
    public List<Hit> next(int n) {
        if (closed) {
            throw new ClosedException("the cursor");
        }
        store.ensureOpen();
        try {
            return pages.next(n);
        } catch (IOException | RuntimeException | InternalError e) {
            throw Failures.translate(e);
        }
    }

    @Override
    public long position() {
        return pages.position();
    }

    @Override
    public long sequence() {
        return view.sequence();
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            view.release();
        }
    }
}
