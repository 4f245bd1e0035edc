/// Lucene KnnVectorsFormat over Kith's indexes.
@NullMarked
package dev.kith.lucene;

import org.jspecify.annotations.NullMarked;
