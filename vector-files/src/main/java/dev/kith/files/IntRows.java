package dev.kith.files;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// Reads truth files: rows of ids.
public final class IntRows {
    private IntRows() {}

    /// All rows of an ivecs file (also gzipped) or of `member` of an HDF5 file, at most `limit`.
    ///
    /// @throws DataFormatException if the file is neither or is broken
    public static int[][] read(Path file, String member, int limit) throws IOException {
        List<int[]> rows = new ArrayList<>();
        try (RowReader opened = RowReader.open(file, member)) {
            if (!(opened instanceof ShapedReader.OfInts reader)) {
                throw new DataFormatException(file, "suffix of a truth file", ".ivecs, .ivecs.gz, .hdf5 or .h5",
                        file.getFileName().toString());
            }
            int[] row = new int[reader.dimension()];
            while (rows.size() < limit && reader.nextInts(row)) {
                rows.add(row.clone());
            }
        }
        return rows.toArray(int[][]::new);
    }
}
