package dev.kith.files;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// Rows of numbers from a file, one after another, as floats; the file is never held in memory as a whole. Not thread-safe.
public interface RowReader extends Closeable {
    /// Components of each row, at least 1.
    int dimension();

    /// How many rows there are, or -1 where only reading to the end would tell.
    long count();

    /// Reads the next row into a new array; null at the clean end of the file.
    ///
    /// @throws DataFormatException if the file ends within a row or is not of its form
    default float @Nullable [] next() throws IOException {
        float[] row = new float[dimension()];
        return next(row) ? row : null;
    }

    /// Reads the next row into `row`, which has [#dimension()] components; false at the clean end of the file.
    ///
    /// @throws DataFormatException if the file ends within a row or is not of its form
    boolean next(float[] row) throws IOException;

    /// A reader for the form that the file's suffix names: `.fvecs`, `.bvecs`, `.ivecs`, `.npy`, each also with `.gz`, or
    /// `.hdf5` / `.h5`, where `member` names the data set inside (such as `train`).
    ///
    /// @param member used for HDF5 only
    /// @throws DataFormatException if the suffix is none of these or the header is wrong
    static RowReader open(Path file, String member) throws IOException {
        String name = file.getFileName().toString().toLowerCase(Locale.ROOT);
        String plain = name.endsWith(".gz") ? name.substring(0, name.length() - 3) : name;
        if (plain.endsWith(".npy")) {
            return NpyReader.open(file);
        }
        for (VecsReader.Form form : VecsReader.Form.values()) {
            if (plain.endsWith(form.suffix())) {
                return VecsReader.open(file, form);
            }
        }
        if (plain.endsWith(".hdf5") || plain.endsWith(".h5")) {
            return Hdf5Reader.open(file, member);
        }
        throw new DataFormatException(file, "suffix", ".fvecs, .bvecs, .ivecs, .npy (also .gz), .hdf5 or .h5", name);
    }
}
