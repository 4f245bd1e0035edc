package dev.kith.cli.data;

import java.io.BufferedInputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.Nullable;

/// A file of vectors of equal length, read row by row as floats in bounded memory. The form is told by the suffix; any form
/// may be gzipped.
///
/// | suffix | form |
/// |---|---|
/// | `.npy` | NumPy, two dimensions, C order, little-endian `f2`, `f4`, `f8`, `i1` or `u1` |
/// | `.fvecs` | rows of int32 dimension and that many float32 |
/// | `.bvecs` | rows of int32 dimension and that many unsigned bytes |
/// | `.hdf5#DATASET` | HDF5, the data set of that name with two dimensions; not gzipped |
///
/// Not thread-safe.
public abstract class VectorFile implements Closeable {
    final Path path;
    final InputStream in;

    VectorFile(Path path, InputStream in) {
        this.path = path;
        this.in = in;
    }

    /// Opens a file of vectors.
    ///
    /// @throws IOException if the file cannot be read or is not of the form that its suffix says
    public static VectorFile open(Path path) throws IOException {
        String name = path.getFileName().toString();
        int member = name.indexOf('#');
        if (member >= 0) {
            return Hdf5File.open(path.resolveSibling(name.substring(0, member)), name.substring(member + 1));
        }
        InputStream in = new BufferedInputStream(Files.newInputStream(path), 1 << 16);
        try {
            if (name.endsWith(".gz")) {
                in = new BufferedInputStream(new GZIPInputStream(in, 1 << 16), 1 << 16);
                name = name.substring(0, name.length() - 3);
            }
            if (name.endsWith(".npy")) {
                return NpyFile.open(path, in);
            }
            if (name.endsWith(".fvecs") || name.endsWith(".bvecs")) {
                return new VecsFile(path, in, name.endsWith(".fvecs") ? 4 : 1);
            }
            throw new IOException(
                    path + ": expected a name ending in .npy, .fvecs or .bvecs, with or without .gz, or in .hdf5#DATASET");
        } catch (IOException e) {
            in.close();
            throw e;
        }
    }

    /// Components of each row.
    public abstract int dimension();

    /// How many rows there are, or -1 where only reading to the end would tell.
    public abstract long count();

    /// The next row, or null at the end.
    ///
    /// @throws IOException if the file ends within a row or a row is malformed
    public abstract float @Nullable [] next() throws IOException;

    @Override
    public void close() throws IOException {
        in.close();
    }
}
