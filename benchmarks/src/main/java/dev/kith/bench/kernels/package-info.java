/// JMH benchmarks of the distance kernels, with probes of what the machine can do at most beside them.
@NullMarked
package dev.kith.bench.kernels;

import org.jspecify.annotations.NullMarked;
