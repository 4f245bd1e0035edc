/// What the tortures share: workloads that a seed and a number determine, the plain model that judges what is found, child
/// processes, and disks that remember.
@NullMarked
package dev.kith.torture.kit;

import org.jspecify.annotations.NullMarked;
