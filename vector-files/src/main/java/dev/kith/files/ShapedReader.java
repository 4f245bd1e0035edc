package dev.kith.files;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;

/// What all readers have in common: an opened source, closed with the reader, and the shape of what is in it.
abstract sealed class ShapedReader implements RowReader permits Hdf5Reader, NpyReader, VecsReader {
    /// More components would be a damaged header.
    static final int MAX_DIMENSION = 1 << 20;
    /// For messages.
    final Path file;
    private final Closeable source;
    private final int dimension;
    private final long count;

    /// @param count rows, or -1 if not known
    ShapedReader(Path file, Closeable source, int dimension, long count) {
        this.file = file;
        this.source = source;
        this.dimension = dimension;
        this.count = count;
    }

    /// Refuses a number of components that no vector has.
    static int checkedDimension(Path file, String what, long dimension) throws DataFormatException {
        if (dimension < 1 || dimension > MAX_DIMENSION) {
            throw new DataFormatException(file, what, "1 to " + MAX_DIMENSION, Long.toString(dimension));
        }
        return (int) dimension;
    }

    @Override
    public final int dimension() {
        return dimension;
    }

    @Override
    public final long count() {
        return count;
    }

    @Override
    public final void close() throws IOException {
        source.close();
    }

    /// A reader whose rows may be ids, which floats would not hold above 2^24.
    interface OfInts extends RowReader {
        /// Reads the next row into `row`, which has [#dimension()] components; false at the clean end of the file.
        ///
        /// @throws DataFormatException if the file ends within a row or is not of its form
        boolean nextInts(int[] row) throws IOException;
    }
}
