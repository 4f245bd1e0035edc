/// The embeddable vector database: databases of collections of records, searched by vector, filter and text.
@NullMarked
package dev.kith;

import org.jspecify.annotations.NullMarked;
