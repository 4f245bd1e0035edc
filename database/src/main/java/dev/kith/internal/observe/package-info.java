/// Tells observers, the JDK Flight Recorder and the slow log what the engine does.
@NullMarked
package dev.kith.internal.observe;

import org.jspecify.annotations.NullMarked;
