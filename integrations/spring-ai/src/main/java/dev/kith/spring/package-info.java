/// Kith as a `VectorStore` of Spring AI.
@NullMarked
package dev.kith.spring;

import org.jspecify.annotations.NullMarked;
