/// From measured rows to Pareto fronts, tables, CSV and pictures.
@NullMarked
package dev.kith.bench.report;

import org.jspecify.annotations.NullMarked;
