package dev.kith.cli.columns;

import dev.kith.cli.data.RecordFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.arrow.compression.CommonsCompressionFactory;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.ipc.ArrowFileReader;
import org.apache.arrow.vector.ipc.ArrowReader;
import org.apache.arrow.vector.ipc.ArrowStreamReader;
import org.jspecify.annotations.Nullable;

/// The rows of an Arrow file (Feather version 2) or stream, one record batch at a time. Columns become members as [ParquetRecords]
/// tells. Needs a JVM that opens `java.nio` to Arrow's memory, see [#JVM_OPTION].
public final class ArrowRecords implements RecordFile {
    /// What the JVM must be started with; `kith` does.
    public static final String JVM_OPTION = "--add-opens=java.base/java.nio=ALL-UNNAMED";
    /// Of one record batch, outside the heap.
    private static final long MAX_BATCH_BYTES = 4L << 30;
    private static final byte[] MAGIC = "ARROW1".getBytes(StandardCharsets.US_ASCII);

    private final Path path;
    private final BufferAllocator allocator;
    private final ArrowReader reader;
    private final VectorSchemaRoot batch;
    private final Map<String, ArrowValues> columns = new LinkedHashMap<>();
    private int inBatch;
    private long row = -1;

    private ArrowRecords(Path path, BufferAllocator allocator, ArrowReader reader) throws IOException {
        this.path = path;
        this.allocator = allocator;
        this.reader = reader;
        this.batch = reader.getVectorSchemaRoot();
    }

    /// Opens a file or stream and reads its schema.
    ///
    /// @throws IOException if it is neither
    public static ArrowRecords open(Path path) throws IOException {
        BufferAllocator allocator = allocator();
        ArrowReader reader = null;
        SeekableByteChannel channel = Files.newByteChannel(path);
        try {
            ByteBuffer start = ByteBuffer.allocate(MAGIC.length);
            channel.read(start);
            channel.position(0);
            reader = Arrays.equals(start.array(), MAGIC)
                    ? new ArrowFileReader(channel, allocator, CommonsCompressionFactory.INSTANCE)
                    : new ArrowStreamReader(channel, allocator, CommonsCompressionFactory.INSTANCE);
            return new ArrowRecords(path, allocator, reader);
        } catch (IOException | RuntimeException e) {
            if (reader != null) {
                reader.close(false);
            }
            channel.close();
            allocator.close();
            throw new IOException(path + ": not readable as Arrow: " + e.getMessage(), e);
        }
    }

    static BufferAllocator allocator() throws IOException {
        try {
            return new RootAllocator(MAX_BATCH_BYTES);
        } catch (LinkageError | RuntimeException e) {
            throw new IOException("Arrow needs a JVM started with " + JVM_OPTION + ": " + e, e);
        }
    }

    @Override
    public String where() {
        return path + ": row " + row;
    }

    @Override
    public @Nullable Map<String, @Nullable Object> next() throws IOException {
        row++;
        try {
            while (inBatch == batch.getRowCount() || columns.isEmpty()) {
                if (!reader.loadNextBatch()) {
                    return null;
                }
                inBatch = 0;
                columns.clear();
                for (FieldVector vector : batch.getFieldVectors()) {
                    columns.put(vector.getName(), new ArrowValues(vector, reader.getDictionaryVectors()));
                }
                if (columns.isEmpty()) {
                    return null;
                }
            }
        } catch (IOException | RuntimeException e) {
            throw new IOException(where() + ": " + e.getMessage(), e);
        }
        return members(inBatch++);
    }

    private Map<String, @Nullable Object> members(int index) throws IOException {
        Map<String, @Nullable Object> members = new LinkedHashMap<>();
        try {
            columns.forEach((name, values) -> {
                Object value = values.at(index);
                if (value != null) {
                    members.put(name, value);
                }
            });
        } catch (IndexOutOfBoundsException | ArithmeticException | NegativeArraySizeException e) {
            throw new IOException(where() + ": " + e.getMessage(), e);
        }
        return members;
    }

    @Override
    public void close() throws IOException {
        reader.close();
        allocator.close();
    }
}
