/// The mechanism behind the face: folders, locks, the write path, refresh, recovery and states.
@NullMarked
package dev.kith.internal.engine;

import org.jspecify.annotations.NullMarked;
