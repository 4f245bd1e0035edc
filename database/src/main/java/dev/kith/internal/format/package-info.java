/// The bytes Kith's database writes itself: records, log operations, the schema file and the catalog file. Little-endian;
/// described byte by byte in `docs/format`. Knows no file system and no index.
@NullMarked
package dev.kith.internal.format;

import org.jspecify.annotations.NullMarked;
