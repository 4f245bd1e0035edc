package dev.kith.core;

import java.lang.foreign.MemorySegment;
import java.util.Objects;

/// Rows of equal length in native or mapped memory, as kernels see them.
///
/// @param rowBytes bytes of a row that are read
/// @param strideBytes bytes from one row to the next
record RowBlock(MemorySegment bytes, int count, long rowBytes, long strideBytes) {
    /// Where row `ordinal` begins.
    ///
    /// @throws IndexOutOfBoundsException if there is no such row
    long offset(int ordinal) {
        return Objects.checkIndex(ordinal, count) * strideBytes;
    }
}
