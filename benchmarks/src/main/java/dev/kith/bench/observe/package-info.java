/// What observation costs a search.
@NullMarked
package dev.kith.bench.observe;

import org.jspecify.annotations.NullMarked;
