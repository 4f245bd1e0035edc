package dev.kith.lucene.segment;

import dev.kith.core.Metric;
import dev.kith.core.VectorEncoding;

/// What is known of a field before its first row is written.
///
/// @param fieldNumber Lucene's number of the field in the segment
/// @param dimension components of a vector, at least 1
/// @param maxDoc documents of the segment; every docId is below it
public record FieldShape(int fieldNumber, Metric metric, VectorEncoding encoding, int dimension, int maxDoc) {}
