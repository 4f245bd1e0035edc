/// JMH microbenchmarks: one for each tuned constant that names one.
@NullMarked
package dev.kith.bench.micro;

import org.jspecify.annotations.NullMarked;
