/// The runner: a [dev.kith.torture.run.Torture] works through turns of a [dev.kith.torture.run.Session], which bounds them by
/// number or time, counts what happened and remembers every violation.
@NullMarked
package dev.kith.torture.run;

import org.jspecify.annotations.NullMarked;
