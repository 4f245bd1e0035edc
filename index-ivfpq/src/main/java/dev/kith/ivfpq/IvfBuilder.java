package dev.kith.ivfpq;

import dev.kith.core.BuildControl;
import dev.kith.core.BuildWorkers;
import dev.kith.core.ByteSink;
import dev.kith.core.DenseVectors;
import dev.kith.core.Metric;
import java.io.IOException;
import java.util.Arrays;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicInteger;

/// Builds an index from a stream of rows, in memory that depends on codes, not on vectors: train on a sample, add blocks of
/// rows in the order of their ordinals, write. Rows are encoded as they come and never seen again. Not thread-safe.
public final class IvfBuilder {
    /// Floats of a training sample, 2 GiB: what one array may be is the limit, not taste.
    private static final long SAMPLE_FLOATS = 1L << 29;

    /// Rows one thread encodes at a time.
    private static final int TASK_ROWS = 4 * RowEncoder.BLOCK;

    private final IvfModel model;
    private final float spill;
    private final BuildControl control;
    private final RowEncoder encoder;
    private final RowStore store;
    private final float[] block;
    private int size;

    private IvfBuilder(IvfModel model, float spill, BuildControl control) {
        this.model = model;
        this.spill = spill;
        this.control = control;
        this.encoder = new RowEncoder(model, spill, control.batchScorer());
        this.store = new RowStore(model.shape);
        this.block = new float[RowEncoder.BLOCK * model.shape.dimension()];
    }

    /// Trains on a seeded sample of the rows that are to be indexed. Adds none of them.
    public static IvfBuilder train(DenseVectors vectors, IvfPqParameters parameters, BuildControl control) {
        int nlist = parameters.listsFor(vectors.count());
        int wanted = sampleRows(vectors.count(), vectors.dimension(), nlist, parameters);
        int[] picks = sample(vectors.count(), wanted, parameters.seed());
        float[] rows = new float[Math.multiplyExact(Math.max(1, wanted), vectors.dimension())];
        float[] row = new float[vectors.dimension()];
        for (int i = 0; i < wanted; i++) {
            vectors.copyRow(picks[i], row);
            System.arraycopy(row, 0, rows, i * row.length, row.length);
        }
        return train(vectors.metric(), vectors.dimension(), rows, Math.max(1, wanted), parameters.withNlist(nlist), control);
    }

    /// Trains on given row-major rows, which should be a fair sample of those to come. The array is normalized in place for
    /// [Metric#COSINE].
    ///
    /// @param parameters with a positive nlist: how many rows will come is not known
    public static IvfBuilder train(Metric metric, int dimension, float[] rows, int count, IvfPqParameters parameters,
            BuildControl control) {
        if (parameters.nlist() == 0) {
            throw new IllegalArgumentException("nlist must be given to train on a sample");
        }
        for (int r = 0; r < count; r++) {
            IvfModel.normalize(metric, rows, r * dimension, dimension);
        }
        ListWarmUp.begin();
        IvfShape shape = new IvfShape(metric, dimension, parameters.nlist(), parameters.codec(), parameters.refineBits());
        IvfModel model = IvfModel.train(shape, rows, count, parameters.seed(), control);
        return new IvfBuilder(model, parameters.spill(), control);
    }

    /// Encodes with the model of an existing index, so that both can be merged by concatenation.
    ///
    /// @param spill as in [IvfPqParameters]; must be positive exactly if the index is spilled
    public static IvfBuilder like(IvfPqIndex index, float spill, BuildControl control) {
        if (spill > 0 != index.spilled()) {
            throw new IllegalArgumentException("spill must be " + (index.spilled() ? "positive" : "0") + " as in the index, was "
                    + spill);
        }
        return new IvfBuilder(index.data().model(), spill, control);
    }

    /// Bytes of memory a build takes at most: sample, stored codes and the finished index, without the vectors themselves.
    public static long bytesNeeded(int rows, int dimension, IvfPqParameters parameters) {
        int nlist = parameters.listsFor(rows);
        IvfShape shape = new IvfShape(Metric.SQUARED_L2, dimension, nlist, parameters.codec(), parameters.refineBits());
        return bytesNeeded(rows, shape, sampleRows(rows, dimension, nlist, parameters), parameters) + (64L << 20);
    }

    /// Bytes of memory that a build takes at most that is trained on a given sample, without the vectors.
    ///
    /// @param sampled rows of the sample
    public static long bytesNeeded(int rows, int dimension, int sampled, IvfPqParameters parameters) {
        IvfShape shape = new IvfShape(Metric.SQUARED_L2, dimension, parameters.listsFor(rows), parameters.codec(),
                parameters.refineBits());
        long blocks = 4L * RowEncoder.BLOCK * (2L * shape.codeDimension() + 2L * dimension + shape.subspaces());
        return bytesNeeded(rows, shape, sampled, parameters) + blocks + (1L << 20);
    }

    private static long bytesNeeded(int rows, IvfShape shape, int sampled, IvfPqParameters parameters) {
        long sample = 4L * sampled * shape.dimension();
        long copies = parameters.spill() > 0 ? 2L : 1L;
        long perRow = RowStore.bytesPerRow(shape) * 2 + 12;
        long model = 16L * shape.nlist() * (shape.dimension() + shape.codeDimension()) + 16L * shape.matrixFloats()
                + 16L * shape.codebookFloats();
        return 3 * sample + copies * rows * perRow + model;
    }

    private static int sampleRows(int rows, int dimension, int nlist, IvfPqParameters parameters) {
        long wanted = Math.max(8192, (long) nlist * parameters.trainingRowsPerList());
        return (int) Math.min(rows, Math.min(wanted, SAMPLE_FLOATS / dimension));
    }

    /// Distinct ordinals in ascending order, so that a mapped file is read forwards.
    static int[] sample(int rows, int wanted, long seed) {
        SplittableRandom random = new SplittableRandom(seed ^ 0x5eed);
        int[] picks = new int[wanted];
        int n = 0;
        for (int r = 0; r < rows && n < wanted; r++) { // each row with the chance that leaves exactly `wanted`
            if (random.nextInt(rows - r) < wanted - n) {
                picks[n++] = r;
            }
        }
        return picks;
    }

    /// Adds all rows, on as many threads as the control allows; their ordinals go on from those added before. What is written
    /// does not depend on the number of threads.
    ///
    /// @throws IllegalArgumentException if metric or dimension differ from the model's
    public void addAll(DenseVectors vectors) {
        if (vectors.metric() != model.shape.metric() || vectors.dimension() != model.shape.dimension()) {
            throw new IllegalArgumentException("vectors are " + vectors.metric() + " of dimension " + vectors.dimension()
                    + ", the model " + model.shape.metric() + " of dimension " + model.shape.dimension());
        }
        int first = size;
        AtomicInteger done = new AtomicInteger();
        BuildWorkers.run((vectors.count() + TASK_ROWS - 1) / TASK_ROWS, control, () -> {
            RowEncoder own = control.threads() == 1 ? encoder : new RowEncoder(model, spill, control.batchScorer());
            float[] rows = new float[RowEncoder.BLOCK * vectors.dimension()];
            return task -> {
                int to = Math.min(vectors.count(), (task + 1) * TASK_ROWS);
                RowStore part = encoded(vectors, task * TASK_ROWS, to, first, own, rows);
                synchronized (store) {
                    store.addAll(part);
                }
                control.progress(done.addAndGet(to - task * TASK_ROWS), vectors.count());
            };
        });
        size = Math.addExact(size, vectors.count());
    }

    private RowStore encoded(DenseVectors vectors, int from, int to, int first, RowEncoder own, float[] rows) {
        RowStore part = new RowStore(model.shape);
        int dimension = vectors.dimension();
        float[] row = new float[dimension];
        for (int at = from; at < to; at += RowEncoder.BLOCK) {
            control.checkCancelled();
            int n = Math.min(RowEncoder.BLOCK, to - at);
            Arrays.fill(rows, n * dimension, rows.length, 0f);
            for (int r = 0; r < n; r++) {
                vectors.copyRow(at + r, row);
                requireFinite(row, 0, dimension, first + at + r);
                System.arraycopy(row, 0, rows, r * dimension, dimension);
                IvfModel.normalize(model.shape.metric(), rows, r * dimension, dimension);
            }
            own.encode(rows, n, Math.addExact(first, at), part);
        }
        return part;
    }

    /// Adds row-major rows as the user gave them; their ordinals go on from those added before.
    ///
    /// @throws IllegalArgumentException if a component is not finite; the rows before it in the same call may be added
    public void add(float[] rows, int count) {
        int dimension = model.shape.dimension();
        Objects.checkFromIndexSize(0, Math.multiplyExact(count, dimension), rows.length);
        for (int from = 0; from < count; from += RowEncoder.BLOCK) {
            control.checkCancelled();
            int n = Math.min(RowEncoder.BLOCK, count - from);
            System.arraycopy(rows, from * dimension, block, 0, n * dimension);
            for (int r = 0; r < n; r++) {
                requireFinite(block, r * dimension, dimension, size + r);
                IvfModel.normalize(model.shape.metric(), block, r * dimension, dimension);
            }
            if (n < RowEncoder.BLOCK) {
                Arrays.fill(block, n * dimension, block.length, 0f);
            }
            encoder.encode(block, n, size, store);
            size = Math.addExact(size, n);
        }
    }

    private static void requireFinite(float[] rows, int from, int dimension, int ordinal) {
        for (int i = 0; i < dimension; i++) {
            if (!Float.isFinite(rows[from + i])) {
                throw new IllegalArgumentException("component " + i + " of row " + ordinal + " is not finite: " + rows[from + i]);
            }
        }
    }

    /// Rows added so far.
    public int size() {
        return size;
    }

    /// The index in memory.
    public IvfPqIndex build() {
        IvfWriter writer = writer();
        MemorySink sink = new MemorySink(writer.totalBytes());
        try {
            writer.write(sink);
            return IvfPqIndex.open(sink.memory());
        } catch (IOException e) {
            throw new AssertionError("memory does not fail, and what was written is sound", e);
        }
    }

    /// Writes the index without building it in memory first.
    public void write(ByteSink sink) throws IOException {
        writer().write(sink);
    }

    private IvfWriter writer() {
        return new IvfWriter(model, store, size, spill > 0 && model.shape.nlist() > 1, control);
    }
}
