/// How good answers are, where somebody has said which ones are right.
@NullMarked
package dev.kith.bench.quality;

import org.jspecify.annotations.NullMarked;
