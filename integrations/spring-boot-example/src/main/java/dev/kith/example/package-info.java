/// An example: notes that are found by what they mean.
@NullMarked
package dev.kith.example;

import org.jspecify.annotations.NullMarked;
