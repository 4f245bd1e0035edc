/// The embeddable vector database: databases of collections of records, searched by vector, filter and text. Everything a
/// user needs is in this package, with [dev.kith.core.Metric] and [dev.kith.core.VectorEncoding]; it imports nothing of the
/// mechanism, which stands in `dev.kith.internal` and may change at any time.
@NullMarked
package dev.kith;

import org.jspecify.annotations.NullMarked;
