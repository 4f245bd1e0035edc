package dev.kith.ivfpq;

import dev.kith.core.BuildControl;
import dev.kith.core.DenseVectors;
import dev.kith.core.cluster.CentroidTable;
import dev.kith.core.cluster.KMeans;
import dev.kith.core.cluster.KMeansParameters;
import java.io.IOException;
import java.util.Arrays;

/// One run of [IvfMerge#splitLists]. The first child of a list keeps the list's number; the others are appended.
final class ListSplit {
    private final IvfData data;
    private final DenseVectors vectors;
    private final int largestList;
    private final BuildControl control;
    private final int dimension;

    ListSplit(IvfPqIndex index, DenseVectors vectors, int largestList, BuildControl control) {
        this.data = index.data();
        this.vectors = vectors;
        this.largestList = largestList;
        this.control = control;
        this.dimension = data.shape.dimension();
        if (largestList < 2) {
            throw new IllegalArgumentException("largestList must be at least 2, was " + largestList);
        }
        if (vectors.count() != data.header.size() || vectors.dimension() != dimension
                || vectors.metric() != data.shape.metric()) {
            throw new IllegalArgumentException("the vectors are not those of the index: " + vectors.count() + " of dimension "
                    + vectors.dimension() + ", " + vectors.metric());
        }
    }

    IvfPqIndex run() {
        int[] children = new int[data.shape.nlist()];
        int nlist = data.shape.nlist();
        for (int l = 0; l < children.length; l++) {
            int rows = data.rows(l);
            children[l] = rows <= largestList ? 1 : (int) Math.min(rows, 2L * rows / largestList + 1);
            nlist += children[l] - 1;
        }
        IvfModel old = data.model();
        float[] centroids = Arrays.copyOf(old.centroids, Math.multiplyExact(nlist, dimension));
        float[][] rowsOf = new float[children.length][];
        int next = children.length;
        int[] appended = new int[children.length];
        for (int l = 0; l < children.length; l++) {
            if (children[l] > 1) {
                rowsOf[l] = gather(l);
                float[] trained = KMeans.train(rowsOf[l], data.rows(l), dimension, children[l],
                        KMeansParameters.DEFAULTS.withSeed(data.header.seed() + l), control);
                System.arraycopy(trained, 0, centroids, l * dimension, dimension);
                System.arraycopy(trained, dimension, centroids, next * dimension, trained.length - dimension);
                appended[l] = next;
                next += children[l] - 1;
            }
        }
        IvfShape shape = new IvfShape(data.shape.metric(), dimension, nlist, data.shape.codec(), data.shape.refineBits());
        IvfModel model = new IvfModel(shape, old.seed, centroids, false, old.rotation, old.quantizer);
        return write(model, children, rowsOf, appended);
    }

    private float[] gather(int list) {
        float[] rows = new float[Math.multiplyExact(data.rows(list), dimension)];
        float[] row = new float[dimension];
        int first = data.firstPlace(list);
        for (int r = 0; r < data.rows(list); r++) {
            vectors.copyRow(data.soundOrdinal(first + r), row);
            System.arraycopy(row, 0, rows, r * dimension, dimension);
            IvfModel.normalize(data.shape.metric(), rows, r * dimension, dimension);
        }
        return rows;
    }

    private IvfPqIndex write(IvfModel model, int[] children, float[][] rowsOf, int[] appended) {
        RowStore store = new RowStore(model.shape);
        RowEncoder encoder = new RowEncoder(model, 0f, null);
        int[] same = new int[data.header.size()];
        Arrays.setAll(same, i -> i);
        for (int l = 0; l < children.length; l++) {
            control.checkCancelled();
            if (children[l] == 1) {
                IvfMerge.copyList(data, l, l, same, store);
            } else {
                reencode(l, rowsOf[l], children[l], appended[l], model, encoder, store);
            }
        }
        IvfWriter writer = new IvfWriter(model, store, data.header.size(), data.header.spilled(), control);
        MemorySink sink = new MemorySink(writer.totalBytes());
        try {
            writer.write(sink);
            return IvfPqIndex.open(sink.memory());
        } catch (IOException e) {
            throw new AssertionError("memory does not fail, and what was written is sound", e);
        }
    }

    private void reencode(int list, float[] rows, int children, int appended, IvfModel model, RowEncoder encoder,
            RowStore store) {
        float[] own = new float[children * dimension];
        System.arraycopy(model.centroids, list * dimension, own, 0, dimension);
        System.arraycopy(model.centroids, appended * dimension, own, dimension, (children - 1) * dimension);
        int n = data.rows(list);
        int[] nearest = new int[n];
        new CentroidTable(own, children, dimension).nearest(rows, n, nearest, new float[n]);
        int first = data.firstPlace(list);
        int[] ordinal = new int[1];
        float[] row = new float[dimension];
        for (int r = 0; r < n; r++) {
            ordinal[0] = data.soundOrdinal(first + r);
            boolean second = data.listOf.get(IvfHeader.INT, 4L * ordinal[0]) != list;
            System.arraycopy(rows, r * dimension, row, 0, dimension);
            encoder.encodeInto(row, nearest[r] == 0 ? list : appended + nearest[r] - 1, ordinal[0], second, store);
        }
    }
}
