/// Answers queries from a view: by vector, by text, fused; counts, scans and fetches.
@NullMarked
package dev.kith.internal.search;

import org.jspecify.annotations.NullMarked;
