/// Segment-file container, write-ahead log and the file-system seam. No index.
@NullMarked
package dev.kith.storage;

import org.jspecify.annotations.NullMarked;
