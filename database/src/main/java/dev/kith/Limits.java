package dev.kith;

/// The explicit limits of the face. Going over one is refused with an [InvalidInputException]; nothing is ever cut or capped
/// silently.
public final class Limits {
    /// Bytes of a record id in UTF-8.
    public static final int MAX_ID_BYTES = 2_048;
    /// Bytes of a tenant's name in UTF-8. It and one byte more are part of the ids of its records.
    public static final int MAX_TENANT_BYTES = 512;
    /// Bytes of one keyword value in UTF-8: what one term of the inverted index holds.
    public static final int MAX_KEYWORD_BYTES = 32_766;
    /// Bytes of one text value in UTF-8.
    public static final int MAX_TEXT_BYTES = 16 << 20;
    /// Bytes of one payload in UTF-8.
    public static final int MAX_PAYLOAD_BYTES = 16 << 20;
    /// Nesting depth of the JSON of a payload.
    public static final int MAX_PAYLOAD_DEPTH = 256;
    /// Values of one list field in one record.
    public static final int MAX_LIST_VALUES = 16_384;
    /// Components of a vector.
    public static final int MAX_DIMENSION = 16_384;
    /// Vector and metadata fields of one schema.
    public static final int MAX_FIELDS = 1_000;
    /// Characters of a field or collection name.
    public static final int MAX_NAME_LENGTH = 128;
    /// Records or ids of one batch.
    public static final int MAX_BATCH_RECORDS = 100_000;
    /// Bytes of one batch in the log's encoding.
    public static final long MAX_BATCH_BYTES = 256L << 20;
    /// Characters of the name of an embedding model.
    public static final int MAX_MODEL_CHARACTERS = 1_024;
    /// Neighbours one query asks for.
    public static final int MAX_K = 100_000;
    /// Candidates a graph search keeps.
    public static final int MAX_EF_SEARCH = 100_000;
    /// Clauses of one hybrid query.
    public static final int MAX_CLAUSES = 16;
    /// Distinct terms of one text clause after analysis.
    public static final int MAX_QUERY_TERMS = 1_024;
    /// Examples of one clause that looks for records like others.
    public static final int MAX_EXAMPLES = 256;
    /// Boosts of one query.
    public static final int MAX_BOOSTS = 16;
    /// Facets of one query.
    public static final int MAX_FACETS = 16;
    /// Queries of one batch.
    public static final int MAX_BATCH_QUERIES = 10_000;
    /// Nesting depth of a filter.
    public static final int MAX_FILTER_DEPTH = 64;
    /// Nodes of a filter.
    public static final int MAX_FILTER_NODES = 512;
    /// Values and ids listed in one filter, all nodes together.
    public static final int MAX_FILTER_VALUES = 65_536;

    /// Characters of a filter's text.
    public static final int MAX_FILTER_TEXT = 1 << 20;
    /// Code points of a wildcard pattern.
    public static final int MAX_WILDCARD_LENGTH = 1_024;
    /// Components of a sparse vector that are not zero.
    public static final int MAX_SPARSE_COMPONENTS = 65_536;
    /// Vectors of one multi-vector.
    public static final int MAX_MULTI_VECTORS = 4_096;
    /// Components of one multi-vector, all vectors together.
    public static final int MAX_MULTI_COMPONENTS = 4 << 20;
    /// Nesting depth of an object given as a field value.
    public static final int MAX_OBJECT_DEPTH = 16;

    private Limits() {}
}
