/// How engines are run and measured: a process each, started by the parent, spoken to over its standard streams, timed
/// there, judged here.
@NullMarked
package dev.kith.bench.harness;

import org.jspecify.annotations.NullMarked;
