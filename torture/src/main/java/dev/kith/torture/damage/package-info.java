/// Bytes that are not what was written: every bit, every length, blocks and files exchanged, and files forged with sums that
/// are right. Either the answers stay the same or a typed error names what is wrong; never other answers, never a crash.
@NullMarked
package dev.kith.torture.damage;

import org.jspecify.annotations.NullMarked;
