/// Long, crowded and malicious use of a sound disk: random operations against a plain model, many threads, hostile callers,
/// replacing everything again and again, and hours of mixed load.
@NullMarked
package dev.kith.torture.load;

import org.jspecify.annotations.NullMarked;
