/// Ends that come at the worst moment: killed processes, power cuts simulated and real, failing system calls; and the proof by
/// mutants that these tests would notice a broken write path.
@NullMarked
package dev.kith.torture.crash;

import org.jspecify.annotations.NullMarked;
