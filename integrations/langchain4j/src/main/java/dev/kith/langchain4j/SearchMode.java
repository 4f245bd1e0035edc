package dev.kith.langchain4j;

/// What [KithEmbeddingStore#search] goes by.
public enum SearchMode {
    /// The embedding alone. The score is LangChain4j's relevance score, `(cosine + 1) / 2`.
    VECTOR,
    /// The embedding and, by BM25, the words of `EmbeddingSearchRequest.query()`, which LangChain4j's content retriever sets;
    /// fused by Reciprocal Rank Fusion. The score is the fused one, 1 for what is first in both. A request without a text
    /// is answered by the embedding alone.
    HYBRID
}
