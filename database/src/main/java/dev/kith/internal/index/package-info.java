/// Records as Lucene documents, and Lucene's files through the one door to the file system.
@NullMarked
package dev.kith.internal.index;

import org.jspecify.annotations.NullMarked;
