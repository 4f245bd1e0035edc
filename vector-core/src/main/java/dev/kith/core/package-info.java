/// Metrics, distance kernels, quantizers, bounded result lists and the scorer seam between an index and its vectors.
/// No files, no graph. Everything here works on native or mapped memory and knows no other Kith package.
@NullMarked
package dev.kith.core;

import org.jspecify.annotations.NullMarked;
