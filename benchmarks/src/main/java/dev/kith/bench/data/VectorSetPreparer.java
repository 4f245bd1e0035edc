package dev.kith.bench.data;

import dev.kith.core.AcceptOrdinals;
import dev.kith.core.DenseVectors;
import dev.kith.core.Metric;
import dev.kith.files.DataFormatException;
import dev.kith.files.IntRows;
import dev.kith.files.RowReader;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.foreign.Arena;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.function.Consumer;

/// Brings the files of a data set into the canonical form of [VectorSet], once; later runs find it in the cache.
public final class VectorSetPreparer {
    /// Neighbours kept per query when the truth is computed here.
    public static final int TRUTH_K = 100;
    /// Changing what the canonical form holds changes this number, so that stale folders are not taken up.
    private static final int FORM = 1;
    private final Path cache;
    private final Consumer<String> log;

    /// @param cache folder for all prepared sets; made if absent
    public VectorSetPreparer(Path cache, Consumer<String> log) {
        this.cache = cache;
        this.log = log;
    }

    /// The prepared set of these files.
    ///
    /// @throws DataFormatException if a file is broken, a row is zero under COSINE, the queries have another dimension, or a
    ///         given truth is not the truth of these rows
    public VectorSet prepare(VectorSetFiles files) throws IOException {
        Path folder = cache.resolve("sets").resolve(files.name() + "-" + identity(files));
        if (Files.exists(folder.resolve(VectorSet.PROPERTIES))) {
            return VectorSet.open(folder);
        }
        Files.createDirectories(folder);
        log.accept("preparing " + files.name());
        MessageDigest sha = sha256();
        Shape base;
        try (OutputStream rows = output(folder.resolve(VectorSet.BASE), sha);
                OutputStream norms = output(folder.resolve(VectorSet.NORMS), sha256())) {
            base = copy(files.base(), "train", files.rowLimit(), files.metric(), new Target(rows, norms, true));
        }
        Shape queries;
        try (OutputStream rows = output(folder.resolve(VectorSet.QUERIES), sha256())) {
            queries = copy(files.queries(), "test", files.queryLimit(), files.metric(),
                    new Target(rows, OutputStream.nullOutputStream(), false));
        }
        if (queries.dimension != base.dimension) {
            throw new DataFormatException(files.queries(), "dimension", Integer.toString(base.dimension),
                    Integer.toString(queries.dimension));
        }
        String checksum = HexFormat.of().formatHex(sha.digest());
        VectorSet shape = new VectorSet(folder, files.name(), checksum, files.metric(), base.rows, base.dimension, queries.rows,
                0);
        int[][] truth = truth(files, shape);
        VectorSet.writeInts(folder.resolve(VectorSet.TRUTH), truth);
        VectorSet set = new VectorSet(folder, files.name(), checksum, files.metric(), base.rows, base.dimension, queries.rows,
                truth[0].length);
        set.save();
        return set;
    }

    private record Shape(int rows, int dimension) {}

    private record Target(OutputStream rows, OutputStream norms, boolean padded) {}

    private static String identity(VectorSetFiles files) throws IOException {
        StringBuilder text = new StringBuilder(
                "form " + FORM + " " + files.metric() + " " + files.rowLimit() + " " + files.queryLimit());
        Path truth = files.truth();
        for (Path file : truth == null
                ? new Path[]{files.base(), files.queries()}
                : new Path[]{files.base(), files.queries(), truth}) {
            text.append('\n').append(file.toRealPath()).append(' ').append(Files.size(file)).append(' ')
                    .append(Files.getLastModifiedTime(file).toMillis());
        }
        return HexFormat.of().formatHex(sha256().digest(text.toString().getBytes(StandardCharsets.UTF_8)), 0, 8);
    }

    private static OutputStream output(Path file, MessageDigest digest) throws IOException {
        return new DigestOutputStream(new BufferedOutputStream(Files.newOutputStream(file), 1 << 20), digest);
    }

    private static Shape copy(Path file, String member, int limit, Metric metric, Target target) throws IOException {
        try (RowReader reader = RowReader.open(file, member)) {
            int dimension = reader.dimension();
            long stride = target.padded ? VectorSet.strideBytes(dimension) : 4L * dimension;
            ByteBuffer bytes = ByteBuffer.allocate(Math.toIntExact(stride)).order(ByteOrder.LITTLE_ENDIAN);
            ByteBuffer norm = ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN);
            float[] row = new float[dimension];
            int n = 0;
            while ((limit == 0 || n < limit) && reader.next(row)) {
                if (metric == Metric.COSINE) {
                    norm.putFloat(0, normalise(file, n, row));
                    target.norms.write(norm.array());
                }
                bytes.asFloatBuffer().put(row);
                target.rows.write(bytes.array());
                n = Math.addExact(n, 1);
            }
            if (n == 0) {
                throw new DataFormatException(file, "rows", "at least 1", "0");
            }
            return new Shape(n, dimension);
        }
    }

    /// Divides the row by its norm, taken in double, and gives the inverse norm of what is then stored.
    private static float normalise(Path file, int number, float[] row) throws DataFormatException {
        double norm = norm(row);
        if (!(norm > 0) || Double.isInfinite(norm)) {
            throw new DataFormatException(file, "norm of row " + number, "above 0 and finite under COSINE",
                    Double.toString(norm));
        }
        for (int i = 0; i < row.length; i++) {
            row[i] = (float) (row[i] / norm);
        }
        return (float) (1 / norm(row));
    }

    private static double norm(float[] row) {
        double sum = 0;
        for (float x : row) {
            sum += (double) x * x;
        }
        return Math.sqrt(sum);
    }

    private int[][] truth(VectorSetFiles files, VectorSet set) throws IOException {
        float[][] queries = set.queries();
        Path given = files.truth();
        try (Arena arena = Arena.ofShared()) {
            DenseVectors vectors = set.vectors(arena);
            if (given != null && files.rowLimit() == 0) {
                int[][] truth = IntRows.read(given, "neighbors", set.queryCount());
                check(given, truth, vectors, queries);
                return truth;
            }
            log.accept("computing exact neighbours of " + queries.length + " queries over " + set.rows() + " rows");
            return ExactTruth.compute(vectors, queries, Math.min(TRUTH_K, set.rows()), AcceptOrdinals.all(set.rows()));
        }
    }

    /// A truth of other rows, or in another order of rows, would make every engine look bad alike: refuse it.
    private static void check(Path file, int[][] truth, DenseVectors vectors, float[][] queries) throws DataFormatException {
        if (truth.length < queries.length) {
            throw new DataFormatException(file, "rows", queries.length + " (one a query)", Integer.toString(truth.length));
        }
        for (int[] row : truth) {
            for (int id : row) {
                if (id < 0 || id >= vectors.count()) {
                    throw new DataFormatException(file, "id", "0 to " + (vectors.count() - 1), Integer.toString(id));
                }
            }
        }
        int sample = Math.min(5, queries.length);
        float[][] some = Arrays.copyOf(queries, sample);
        int k = Math.min(10, truth[0].length);
        int[][] ours = ExactTruth.compute(vectors, some, k, AcceptOrdinals.all(vectors.count()));
        for (int i = 0; i < sample; i++) {
            double theirs = distance(vectors, some[i], truth[i][k - 1]);
            double exact = distance(vectors, some[i], ours[i][k - 1]);
            if (Math.abs(theirs - exact) > 1e-3 * Math.abs(exact) + 1e-6) {
                throw new DataFormatException(file, "neighbour " + k + " of query " + i, "distance " + exact,
                        "distance " + theirs);
            }
        }
    }

    private static double distance(DenseVectors vectors, float[] query, int ordinal) {
        return DoubleDistance.of(vectors.metric(), query, vectors.rows(), vectors.rowOffset(ordinal));
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JVM has SHA-256", e);
        }
    }
}
