/// The indexes that are measured, ours and the peers', behind one small interface. Each runs in a process of its own.
@NullMarked
package dev.kith.bench.engine;

import org.jspecify.annotations.NullMarked;
