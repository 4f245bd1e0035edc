package dev.kith.files;

import io.jhdf.HdfFile;
import io.jhdf.api.Dataset;
import java.io.IOException;
import java.nio.file.Path;

/// One two-dimensional data set of an HDF5 file, as ann-benchmarks and VIBE publish them (`train`, `test`, `neighbors`),
/// read in blocks of rows.
final class Hdf5Reader extends ShapedReader implements ShapedReader.OfInts {
    private static final int BLOCK_ROWS = 4096;
    private static final int BLOCK_VALUES = 1 << 22;
    private final Dataset data;
    private Object block = new float[0][];
    private long blockStart;
    private int blockRows;
    private long rowNumber;

    private Hdf5Reader(Path file, HdfFile hdf, Dataset data, int dimension) {
        super(file, hdf::close, dimension, data.getDimensions()[0]);
        this.data = data;
    }

    static Hdf5Reader open(Path file, String member) throws IOException {
        HdfFile hdf = told(file, "not readable as HDF5", () -> new HdfFile(file));
        try {
            return told(file, "data set " + member, () -> {
                if (hdf.getChild(member) instanceof Dataset data && data.getDimensions().length == 2) {
                    return new Hdf5Reader(file, hdf, data,
                            checkedDimension(file, "columns of data set " + member, data.getDimensions()[1]));
                }
                throw new DataFormatException(file, "data set " + member, "present with two dimensions",
                        hdf.getChildren().keySet().toString());
            });
        } catch (IOException e) {
            hdf.close();
            throw e;
        }
    }

    private interface Step<T> {
        T take() throws IOException;
    }

    /// The library meets damage with whatever exception comes out of it, not with one kind.
    private static <T> T told(Path file, String what, Step<T> step) throws IOException {
        try {
            return step.take();
        } catch (RuntimeException e) {
            throw new IOException(file + ": " + what + ": " + (e.getMessage() == null ? e.getClass().getName() : e.getMessage()),
                    e);
        }
    }

    @Override
    public boolean next(float[] row) throws IOException {
        if (!advance()) {
            return false;
        }
        int at = (int) (rowNumber - 1 - blockStart);
        for (int i = 0; i < dimension(); i++) {
            row[i] = (float) value(at, i);
        }
        return true;
    }

    @Override
    public boolean nextInts(int[] row) throws IOException {
        if (!advance()) {
            return false;
        }
        int at = (int) (rowNumber - 1 - blockStart);
        for (int i = 0; i < dimension(); i++) {
            double value = value(at, i);
            row[i] = (int) value;
            if (row[i] != value) {
                throw new DataFormatException(file, "row " + (rowNumber - 1), "whole numbers of 32 bits", Double.toString(value));
            }
        }
        return true;
    }

    /// Goes to the next row; false if there is none.
    private boolean advance() throws IOException {
        if (rowNumber == count()) {
            return false;
        }
        if (rowNumber == blockStart + blockRows) {
            blockStart = rowNumber;
            blockRows = (int) Math.min(Math.clamp(BLOCK_VALUES / dimension(), 1, BLOCK_ROWS), count() - rowNumber);
            block = told(file, "rows from " + blockStart,
                    () -> data.getData(new long[]{blockStart, 0}, new int[]{blockRows, dimension()}));
        }
        rowNumber++;
        return true;
    }

    private double value(int at, int i) throws DataFormatException {
        return switch (block) {
            case float[][] b -> b[at][i];
            case double[][] b -> b[at][i];
            case int[][] b -> b[at][i];
            case long[][] b -> b[at][i];
            case byte[][] b -> b[at][i];
            case short[][] b -> b[at][i];
            default -> throw new DataFormatException(file, "component type", "float, double or an integer type",
                    block.getClass().getSimpleName());
        };
    }
}
