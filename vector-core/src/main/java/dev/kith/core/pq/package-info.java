/// Product quantization: codebooks of 16 or 256 centroids a subspace, sign codes as a product quantizer with fixed codebooks,
/// rotations that prepare a vector for either, lookup tables in bytes, and the scans that add them up for a block of rows at a
/// time. Estimates only; what they mean as a distance is the caller's business.
@NullMarked
package dev.kith.core.pq;

import org.jspecify.annotations.NullMarked;
