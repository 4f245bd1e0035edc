package dev.kith.files;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// Reads truth files: rows of ids.
public final class IntRows {
    private IntRows() {}

    /// All rows of an ivecs file (also gzipped) or of `member` of an HDF5 file, at most `limit`.
    ///
    /// @throws DataFormatException if the file is neither or is broken
    public static int[][] read(Path file, String member, int limit) throws IOException {
        String name = file.getFileName().toString().toLowerCase(Locale.ROOT);
        List<int[]> rows = new ArrayList<>();
        if (name.endsWith(".hdf5") || name.endsWith(".h5")) {
            try (Hdf5Reader reader = Hdf5Reader.open(file, member)) {
                int[] row = new int[reader.dimension()];
                while (rows.size() < limit && reader.nextInts(row)) {
                    rows.add(row.clone());
                }
            }
        } else if (name.endsWith(".ivecs") || name.endsWith(".ivecs.gz")) {
            try (VecsReader reader = VecsReader.open(file, VecsReader.Form.IVECS)) {
                int[] row = new int[reader.dimension()];
                while (rows.size() < limit && reader.nextInts(row)) {
                    rows.add(row.clone());
                }
            }
        } else {
            throw new DataFormatException(file, "suffix of a truth file", ".ivecs, .ivecs.gz, .hdf5 or .h5", name);
        }
        return rows.toArray(int[][]::new);
    }
}
