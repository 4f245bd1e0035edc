/// What inverted lists are made of, measured alone: their codes, appended rows, and a set larger than memory.
@NullMarked
package dev.kith.bench.lists;

import org.jspecify.annotations.NullMarked;
