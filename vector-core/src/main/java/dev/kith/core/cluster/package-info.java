/// Seeded k-means: flat Lloyd iterations, a balanced hierarchical form for thousands of centroids, and the tiled kernel that
/// finds the nearest centroids of many points at once. Works on heap arrays of bounded size (samples and blocks of rows).
@NullMarked
package dev.kith.core.cluster;

import org.jspecify.annotations.NullMarked;
