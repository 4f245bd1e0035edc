/// What is wrong with the vectors of a collection ([dev.kith.quality.Quality]), and whether new vectors or queries are still like
/// those of a baseline ([dev.kith.quality.Baseline]).
@NullMarked
package dev.kith.quality;

import org.jspecify.annotations.NullMarked;
