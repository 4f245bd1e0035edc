/// Engines from a cold start: how soon they answer, and how soon they are as fast as they will be.
@NullMarked
package dev.kith.bench.cold;

import org.jspecify.annotations.NullMarked;
