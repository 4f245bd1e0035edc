package dev.kith.files;

import io.jhdf.HdfFile;
import io.jhdf.api.Dataset;
import io.jhdf.exceptions.HdfException;
import java.io.IOException;
import java.nio.file.Path;

/// One two-dimensional data set of an HDF5 file, as ann-benchmarks and VIBE publish them (`train`, `test`, `neighbors`),
/// read in blocks of rows.
final class Hdf5Reader implements RowReader {
    private static final int BLOCK_ROWS = 4096;
    private final Path file;
    private final HdfFile hdf;
    private final Dataset data;
    private final long rows;
    private final int dimension;
    private Object block = new float[0][];
    private long blockStart;
    private int blockRows;
    private long rowNumber;

    private Hdf5Reader(Path file, HdfFile hdf, Dataset data) {
        this.file = file;
        this.hdf = hdf;
        this.data = data;
        this.rows = data.getDimensions()[0];
        this.dimension = data.getDimensions()[1];
    }

    static Hdf5Reader open(Path file, String member) throws IOException {
        HdfFile hdf;
        try {
            hdf = new HdfFile(file);
        } catch (HdfException e) {
            throw new IOException(file + ": not readable as HDF5: " + e.getMessage(), e);
        }
        try {
            if (hdf.getChild(member) instanceof Dataset data && data.getDimensions().length == 2) {
                return new Hdf5Reader(file, hdf, data);
            }
            throw new DataFormatException(file, "data set " + member, "present with two dimensions",
                    hdf.getChildren().keySet().toString());
        } catch (HdfException e) {
            hdf.close();
            throw new IOException(file + ": data set " + member + ": " + e.getMessage(), e);
        } catch (IOException e) {
            hdf.close();
            throw e;
        }
    }

    @Override
    public int dimension() {
        return dimension;
    }

    @Override
    public long count() {
        return rows;
    }

    @Override
    public boolean next(float[] row) throws IOException {
        int[] ignored = new int[0];
        return next(row, ignored);
    }

    /// The next row as ints, for `neighbors`.
    boolean nextInts(int[] row) throws IOException {
        return next(new float[0], row);
    }

    private boolean next(float[] floats, int[] ints) throws IOException {
        if (rowNumber == rows) {
            return false;
        }
        if (rowNumber >= blockStart + blockRows) {
            load();
        }
        copy((int) (rowNumber - blockStart), floats, ints);
        rowNumber++;
        return true;
    }

    private void load() throws IOException {
        blockStart = rowNumber;
        blockRows = (int) Math.min(BLOCK_ROWS, rows - rowNumber);
        try {
            block = data.getData(new long[]{blockStart, 0}, new int[]{blockRows, dimension});
        } catch (HdfException e) {
            throw new IOException(file + ": rows from " + blockStart + ": " + e.getMessage(), e);
        }
    }

    private void copy(int at, float[] floats, int[] ints) throws DataFormatException {
        boolean asInts = ints.length > 0;
        for (int i = 0; i < dimension; i++) {
            double value = switch (block) {
                case float[][] b -> b[at][i];
                case double[][] b -> b[at][i];
                case int[][] b -> b[at][i];
                case long[][] b -> b[at][i];
                case byte[][] b -> b[at][i];
                case short[][] b -> b[at][i];
                default -> throw new DataFormatException(file, "component type", "float, double or an integer type",
                        block.getClass().getSimpleName());
            };
            if (asInts) {
                ints[i] = (int) value;
            } else {
                floats[i] = (float) value;
            }
        }
    }

    @Override
    public void close() throws IOException {
        hdf.close();
    }
}
