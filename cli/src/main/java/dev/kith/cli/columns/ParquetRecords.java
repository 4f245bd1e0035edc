package dev.kith.cli.columns;

import dev.kith.cli.data.RecordFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import org.apache.parquet.ParquetReadOptions;
import org.apache.parquet.column.page.PageReadStore;
import org.apache.parquet.conf.PlainParquetConfiguration;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.hadoop.metadata.BlockMetaData;
import org.apache.parquet.io.ColumnIOFactory;
import org.apache.parquet.io.LocalInputFile;
import org.apache.parquet.io.MessageColumnIO;
import org.apache.parquet.io.RecordReader;
import org.apache.parquet.schema.MessageType;
import org.jspecify.annotations.Nullable;

/// The rows of a Parquet file, one row group at a time. Columns become members by their names; lists of floats become `float[]`,
/// timestamps of every unit and dates `Instant`, groups and maps `Map`. A null is no member.
public final class ParquetRecords implements RecordFile {
    private final Path path;
    private final ParquetFileReader reader;
    private final ParquetRows rows;
    private final MessageColumnIO columns;
    private @Nullable RecordReader<Map<String, @Nullable Object>> group;
    private long leftInGroup;
    private long row = -1;

    private ParquetRecords(Path path, ParquetFileReader reader, MessageType schema) {
        this.path = path;
        this.reader = reader;
        this.rows = new ParquetRows(schema);
        this.columns = new ColumnIOFactory().getColumnIO(schema);
    }

    /// Opens a file and reads its footer.
    ///
    /// @throws IOException if it is not a Parquet file, or encrypted
    public static ParquetRecords open(Path path) throws IOException {
        long bytes = Files.size(path);
        ParquetFileReader reader = null;
        try {
            reader = ParquetFileReader.open(new LocalInputFile(path),
                    ParquetReadOptions.builder(new PlainParquetConfiguration()).withCodecFactory(new Codecs()).build());
            for (BlockMetaData block : reader.getRowGroups()) {
                if (block.getRowCount() < 0 || block.getColumns().stream()
                        .anyMatch(c -> c.getTotalSize() < 0 || c.getStartingPos() < 0
                                || c.getStartingPos() + c.getTotalSize() > bytes)) {
                    throw new IOException("a row group reaches past the end of the file, which has " + bytes + " bytes");
                }
            }
            return new ParquetRecords(path, reader, reader.getFileMetaData().getSchema());
        } catch (IOException | RuntimeException e) {
            close(reader);
            throw new IOException(path + ": not readable as Parquet: " + e.getMessage(), e);
        }
    }

    private static void close(@Nullable ParquetFileReader reader) throws IOException {
        if (reader != null) {
            reader.close();
        }
    }

    @Override
    public long count() {
        return reader.getRecordCount();
    }

    @Override
    public String where() {
        return path + ": row " + row;
    }

    @Override
    public @Nullable Map<String, @Nullable Object> next() throws IOException {
        row++;
        Map<String, @Nullable Object> members;
        try {
            while (leftInGroup == 0) {
                PageReadStore pages = reader.readNextRowGroup();
                if (pages == null) {
                    return null;
                }
                leftInGroup = pages.getRowCount();
                group = columns.getRecordReader(pages, rows);
            }
            leftInGroup--;
            members = Objects.requireNonNull(group).read();
        } catch (IOException | RuntimeException e) {
            throw new IOException(where() + ": " + e.getMessage(), e);
        }
        if (members == null) {
            throw new IOException(where() + ": the row group ends early");
        }
        rows.refuseProblems();
        return members;
    }

    @Override
    public void close() throws IOException {
        reader.close();
    }
}
