package dev.kith.cli.data;

import io.jhdf.HdfFile;
import io.jhdf.api.Dataset;
import io.jhdf.exceptions.HdfException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// A two-dimensional data set of an HDF5 file, read in blocks of rows.
final class Hdf5File extends VectorFile {
    private static final int BLOCK_ROWS = 1_024;
    private final HdfFile hdf;
    private final Dataset data;
    private final long rows;
    private final int dimension;
    private Object block = new float[0][];
    private long blockStart;
    private int blockRows;
    private long read;

    private Hdf5File(Path path, HdfFile hdf, Dataset data) {
        super(path, InputStream.nullInputStream());
        this.hdf = hdf;
        this.data = data;
        this.rows = data.getDimensions()[0];
        this.dimension = data.getDimensions()[1];
    }

    static Hdf5File open(Path path, String member) throws IOException {
        HdfFile hdf;
        try {
            hdf = new HdfFile(path);
        } catch (HdfException e) {
            throw new IOException(path + ": not readable as HDF5: " + e.getMessage(), e);
        }
        try {
            if (hdf.getChild(member) instanceof Dataset data && data.getDimensions().length == 2) {
                return new Hdf5File(path, hdf, data);
            }
            throw new IOException(path + ": expected a data set '" + member + "' of two dimensions, found "
                    + hdf.getChildren().keySet());
        } catch (HdfException e) {
            hdf.close();
            throw new IOException(path + ": data set " + member + ": " + e.getMessage(), e);
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
    public float @Nullable [] next() throws IOException {
        if (read == rows) {
            return null;
        }
        if (read == blockStart + blockRows) {
            load();
        }
        int row = (int) (read++ - blockStart);
        float[] vector = new float[dimension];
        for (int i = 0; i < dimension; i++) {
            vector[i] = switch (block) {
                case float[][] floats -> floats[row][i];
                case double[][] doubles -> (float) doubles[row][i];
                case int[][] ints -> ints[row][i];
                case short[][] shorts -> shorts[row][i];
                case byte[][] bytes -> bytes[row][i];
                default -> throw new IOException(path + ": expected numbers, found " + block.getClass().getSimpleName());
            };
        }
        return vector;
    }

    private void load() throws IOException {
        blockStart = read;
        blockRows = (int) Math.min(BLOCK_ROWS, rows - read);
        try {
            block = data.getData(new long[]{blockStart, 0}, new int[]{blockRows, dimension});
        } catch (HdfException e) {
            throw new IOException(path + ": rows from " + blockStart + ": " + e.getMessage(), e);
        }
    }

    @Override
    public void close() throws IOException {
        hdf.close();
    }
}
