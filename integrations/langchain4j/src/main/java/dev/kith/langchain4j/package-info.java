/// Kith as the `EmbeddingStore` of LangChain4j.
@NullMarked
package dev.kith.langchain4j;

import org.jspecify.annotations.NullMarked;
