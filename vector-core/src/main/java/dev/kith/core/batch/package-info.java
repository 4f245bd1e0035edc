/// Exact nearest neighbours for many queries at once: the CPU's tiled scan, the error bounds that make approximate
/// products exact again, and the seam through which an accelerator is found and chosen. Imports `dev.kith.core` only.
@NullMarked
package dev.kith.core.batch;

import org.jspecify.annotations.NullMarked;
