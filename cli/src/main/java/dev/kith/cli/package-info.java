/// The `kith` command line: demo, create, import, search, get, stats, verify, inspect.
@NullMarked
package dev.kith.cli;

import org.jspecify.annotations.NullMarked;
