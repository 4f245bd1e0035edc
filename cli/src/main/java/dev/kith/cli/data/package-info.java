/// Readers of the files that vectors and records come in.
@NullMarked
package dev.kith.cli.data;

import org.jspecify.annotations.NullMarked;
