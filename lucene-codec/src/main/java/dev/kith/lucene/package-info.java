/// Kith's vectors inside Lucene: [dev.kith.lucene.KithVectorsFormat] is a `KnnVectorsFormat` that any Lucene 10 based engine can
/// use by name; [dev.kith.lucene.KithVectorsReader] is the direct road of Kith's own database past Lucene's query machinery.
/// This package is only the adapter; what it adapts is [dev.kith.lucene.segment].
@NullMarked
package dev.kith.lucene;

import org.jspecify.annotations.NullMarked;
