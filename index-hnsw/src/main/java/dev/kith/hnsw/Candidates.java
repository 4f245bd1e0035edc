package dev.kith.hnsw;

/// What a walk may visit next.
interface Candidates {
    void insert(float distance, int ordinal);
}
