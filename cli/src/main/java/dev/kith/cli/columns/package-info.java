/// Records in the columnar forms of others: Parquet and Arrow.
@NullMarked
package dev.kith.cli.columns;

import org.jspecify.annotations.NullMarked;
