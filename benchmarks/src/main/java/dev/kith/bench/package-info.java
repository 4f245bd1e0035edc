/// The side-by-side harness and the JMH kernels.
@NullMarked
package dev.kith.bench;

import org.jspecify.annotations.NullMarked;
