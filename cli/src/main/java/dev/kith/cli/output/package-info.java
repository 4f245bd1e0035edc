/// What a person watching the command line sees while work goes on.
@NullMarked
package dev.kith.cli.output;

import org.jspecify.annotations.NullMarked;
