/// Stores that change while they are searched: churn and database load, ours beside those peers that can do it.
@NullMarked
package dev.kith.bench.store;

import org.jspecify.annotations.NullMarked;
