package dev.kith.bench.data;

import dev.kith.core.DenseVectors;
import dev.kith.core.Metric;
import dev.kith.core.VectorEncoding;
import java.io.IOException;
import java.io.Reader;
import java.io.Writer;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Properties;

/// A data set in its canonical form: a folder of plain little-endian arrays that every process of the bench maps.
///
/// | file | holds |
/// |---|---|
/// | `base.f32` | rows of float32, `strideBytes` apart (a multiple of 64); under COSINE every row has norm 1 |
/// | `norms.f32` | COSINE only: `1 / |row|` |
/// | `queries.f32` | rows of float32, packed |
/// | `truth.i32` | exact neighbours of each query, `truthK` a row, nearest first |
/// | `set.properties` | this record |
///
/// @param checksum SHA-256 of `base.f32`; names the set in index caches
public record VectorSet(Path folder, String name, String checksum, Metric metric, int rows, int dimension, int queryCount,
        int truthK) {
    static final String BASE = "base.f32";
    static final String NORMS = "norms.f32";
    static final String QUERIES = "queries.f32";
    static final String TRUTH = "truth.i32";
    static final String PROPERTIES = "set.properties";

    /// Checks the shape.
    public VectorSet {
        if (rows < 1 || dimension < 1 || queryCount < 1 || truthK < 0) {
            throw new IllegalArgumentException("a set needs rows, components and queries, has " + rows + ", " + dimension + ", "
                    + queryCount);
        }
    }

    /// Bytes from one row of `base.f32` to the next.
    public long strideBytes() {
        return strideBytes(dimension);
    }

    static long strideBytes(int dimension) {
        return (4L * dimension + 63) & -64L;
    }

    /// The file of vectors, for engines that search it in place.
    public Path baseFile() {
        return folder.resolve(BASE);
    }

    /// The vectors, mapped until the arena closes.
    public DenseVectors vectors(Arena arena) throws IOException {
        MemorySegment base = map(folder.resolve(BASE), arena);
        MemorySegment norms = metric == Metric.COSINE ? map(folder.resolve(NORMS), arena) : MemorySegment.NULL;
        return new DenseVectors(metric, VectorEncoding.FLOAT32, dimension, rows, strideBytes(), base, norms);
    }

    private static MemorySegment map(Path file, Arena arena) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            return channel.map(MapMode.READ_ONLY, 0, channel.size(), arena);
        }
    }

    /// All queries, on the heap.
    public float[][] queries() throws IOException {
        float[][] queries = new float[queryCount][dimension];
        try (FileChannel channel = FileChannel.open(folder.resolve(QUERIES), StandardOpenOption.READ)) {
            ByteBuffer row = ByteBuffer.allocate(4 * dimension).order(ByteOrder.LITTLE_ENDIAN);
            for (float[] query : queries) {
                readFully(channel, row);
                row.asFloatBuffer().get(query);
            }
        }
        return queries;
    }

    /// The truth, shape (queryCount, truthK).
    public int[][] truth() throws IOException {
        return readInts(folder.resolve(TRUTH), queryCount, truthK);
    }

    static int[][] readInts(Path file, int rows, int width) throws IOException {
        int[][] ids = new int[rows][width];
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            ByteBuffer row = ByteBuffer.allocate(4 * width).order(ByteOrder.LITTLE_ENDIAN);
            for (int[] id : ids) {
                readFully(channel, row);
                row.asIntBuffer().get(id);
            }
        }
        return ids;
    }

    static void writeInts(Path file, int[][] rows) throws IOException {
        try (var out = new java.io.BufferedOutputStream(Files.newOutputStream(file))) {
            for (int[] row : rows) {
                ByteBuffer bytes = ByteBuffer.allocate(4 * row.length).order(ByteOrder.LITTLE_ENDIAN);
                bytes.asIntBuffer().put(row);
                out.write(bytes.array());
            }
        }
    }

    private static void readFully(FileChannel channel, ByteBuffer row) throws IOException {
        row.clear();
        while (row.hasRemaining()) {
            if (channel.read(row) < 0) {
                throw new IOException("unexpected end of a cached array; delete the cache folder and run again");
            }
        }
        row.flip();
    }

    /// Opens a prepared folder.
    public static VectorSet open(Path folder) throws IOException {
        Properties p = new Properties();
        try (Reader reader = Files.newBufferedReader(folder.resolve(PROPERTIES))) {
            p.load(reader);
        }
        return new VectorSet(folder, p.getProperty("name"), p.getProperty("checksum"), Metric.valueOf(p.getProperty("metric")),
                number(p, "rows"), number(p, "dimension"), number(p, "queryCount"), number(p, "truthK"));
    }

    private static int number(Properties p, String key) throws IOException {
        String text = p.getProperty(key);
        if (text == null) {
            throw new IOException("cached data set lacks " + key + "; delete the cache folder and run again");
        }
        return Integer.parseInt(text);
    }

    void save() throws IOException {
        Properties p = new Properties();
        p.setProperty("name", name);
        p.setProperty("checksum", checksum);
        p.setProperty("metric", metric.name());
        p.setProperty("rows", Integer.toString(rows));
        p.setProperty("dimension", Integer.toString(dimension));
        p.setProperty("queryCount", Integer.toString(queryCount));
        p.setProperty("truthK", Integer.toString(truthK));
        try (Writer writer = Files.newBufferedWriter(folder.resolve(PROPERTIES))) {
            p.store(writer, null);
        }
    }
}
