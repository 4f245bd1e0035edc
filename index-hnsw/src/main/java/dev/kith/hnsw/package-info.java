/// HNSW graph index: build, search, merge, verify, save and open. Knows neither files nor Lucene.
@NullMarked
package dev.kith.hnsw;

import org.jspecify.annotations.NullMarked;
