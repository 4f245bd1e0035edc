/// What a Kith database does, as meters of Micrometer.
@NullMarked
package dev.kith.micrometer;

import org.jspecify.annotations.NullMarked;
