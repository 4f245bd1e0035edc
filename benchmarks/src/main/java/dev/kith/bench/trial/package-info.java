/// What only a database is asked: a recall instead of an effort, searches while it is written to, a memory budget.
@NullMarked
package dev.kith.bench.trial;

import org.jspecify.annotations.NullMarked;
