/// The demo: real text found by meaning, measured, killed and reopened.
@NullMarked
package dev.kith.cli.demo;

import org.jspecify.annotations.NullMarked;
