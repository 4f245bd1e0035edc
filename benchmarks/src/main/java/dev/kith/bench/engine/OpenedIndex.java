package dev.kith.bench.engine;

/// An index ready to be searched. Thread-safe; its searchers are not.
public interface OpenedIndex extends AutoCloseable {
    /// A searcher for one thread.
    Searcher searcher() throws Exception;

    @Override
    void close() throws Exception;
}
