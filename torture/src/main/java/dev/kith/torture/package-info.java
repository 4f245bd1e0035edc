/// Tests that kill, cut, flip, starve and flood a database, as one program: `./kith torture NAME --for 10m`. What each found is
/// printed in `docs/reliability.md`. Nothing of the product depends on this module.
@NullMarked
package dev.kith.torture;

import org.jspecify.annotations.NullMarked;
