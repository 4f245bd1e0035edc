/// Shows what stands in a file, byte for byte. The only package that loads Chronicle Bytes, which draws the dumps.
@NullMarked
package dev.kith.storage.inspect;

import org.jspecify.annotations.NullMarked;
