package dev.kith.lucene.segment;

/// The kinds of index a field of a segment can have. The codes are on disk and never change.
public enum IndexKind {
    /// Exact scan.
    NONE(0),
    /// A graph of `dev.kith.hnsw`.
    HNSW(1),
    /// Inverted lists of `dev.kith.ivfpq`.
    IVF(2);

    private final int code;

    IndexKind(int code) {
        this.code = code;
    }

    /// The code on disk.
    public int code() {
        return code;
    }
}
