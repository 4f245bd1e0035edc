/// Filters: bound to a schema, evaluated record by record, and translated to Lucene queries. The two roads have one meaning;
/// tests hold them together.
@NullMarked
package dev.kith.internal.filter;

import org.jspecify.annotations.NullMarked;
