/// What long imports and exports need: where they are, and what they could not take.
@NullMarked
package dev.kith.cli.transfer;

import org.jspecify.annotations.NullMarked;
