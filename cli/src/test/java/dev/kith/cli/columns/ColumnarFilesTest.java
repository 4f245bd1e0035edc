package dev.kith.cli.columns;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hardwood.InputFile;
import dev.hardwood.reader.ParquetFileReader;
import dev.hardwood.reader.RowReader;
import dev.kith.GeoPoint;
import dev.kith.cli.data.RecordFile;
import io.airlift.compress.lz4.Lz4Compressor;
import io.airlift.compress.zstd.ZstdCompressor;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.zip.GZIPOutputStream;
import org.apache.arrow.compression.CommonsCompressionFactory;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.IntVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.compression.CompressionUtil;
import org.apache.arrow.vector.compression.NoCompressionCodec;
import org.apache.arrow.vector.dictionary.Dictionary;
import org.apache.arrow.vector.dictionary.DictionaryEncoder;
import org.apache.arrow.vector.dictionary.DictionaryProvider;
import org.apache.arrow.vector.ipc.ArrowFileWriter;
import org.apache.arrow.vector.ipc.message.IpcOption;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.DictionaryEncoding;
import org.apache.parquet.bytes.BytesInput;
import org.apache.parquet.compression.CompressionCodecFactory;
import org.apache.parquet.conf.PlainParquetConfiguration;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.example.data.simple.NanoTime;
import org.apache.parquet.example.data.simple.SimpleGroupFactory;
import org.apache.parquet.hadoop.ParquetWriter;
import org.apache.parquet.hadoop.example.ExampleParquetWriter;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.apache.parquet.io.LocalOutputFile;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.MessageTypeParser;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// A column of others is misread, what is written others cannot read, or a damaged file brings the process down.
class ColumnarFilesTest {
    private static final List<Column> COLUMNS = List.of(new Column("id", Column.Kind.TEXT, 0, 0, true),
            new Column("v", Column.Kind.FLOAT32, 1, 3, false), Column.of("n", Column.Kind.INT64),
            Column.of("at", Column.Kind.INSTANT), Column.of("tags", Column.Kind.TEXT).list(),
            Column.of("place", Column.Kind.POINT), Column.of("terms", Column.Kind.WEIGHTS),
            new Column("tokens", Column.Kind.FLOAT32, 2, 2, false));
    private static final Instant AT = Instant.parse("1969-12-31T23:59:59.000000001Z");
    @TempDir Path folder;

    private static void fill(RecordWriter writer, int rows) throws IOException {
        for (int i = 0; i < rows; i++) {
            writer.add(i % 3 == 2
                    ? Arrays.asList("r" + i, null, null, null, null, null, null, null)
                    : Arrays.asList("r" + i, new float[]{i, -0.5f, 3e-39f}, (long) i << 40, AT.plusSeconds(i),
                            i % 2 == 0 ? List.of("x", "Zoë") : List.of(), new GeoPoint(1.5, -2), Map.of(7, 0.5f, i + 8, -1f),
                            List.of(new float[]{1, 2}, new float[]{3, i})));
        }
    }

    private static List<Map<String, Object>> read(RecordFile file) throws IOException {
        try (file) {
            List<Map<String, Object>> rows = new ArrayList<>();
            for (Map<String, Object> row = file.next(); row != null; row = file.next()) {
                rows.add(row);
            }
            return rows;
        }
    }

    private static void assertRows(RecordFile file, int count) throws IOException {
        List<Map<String, Object>> rows = read(file);
        assertEquals(count, rows.size());
        for (int i = 0; i < count; i++) {
            Map<String, Object> row = rows.get(i);
            assertEquals("r" + i, row.get("id"));
            if (i % 3 == 2) {
                assertEquals(1, row.size(), row.toString());
                continue;
            }
            assertArrayEquals(new float[]{i, -0.5f, 3e-39f}, (float[]) row.get("v"));
            assertEquals((long) i << 40, row.get("n"));
            assertEquals(AT.plusSeconds(i), row.get("at"));
            assertEquals(i % 2 == 0 ? List.of("x", "Zoë") : List.of(), row.get("tags"));
            assertEquals(Map.of("lat", 1.5, "lon", -2.0), row.get("place"));
            assertEquals(Map.of("7", 0.5f, Integer.toString(i + 8), -1f), row.get("terms"));
            assertArrayEquals(new float[]{3, i}, (float[]) ((List<?>) row.get("tokens")).get(1));
        }
    }

    @Test
    void whatIsWrittenIsRead() throws IOException {
        Path parquet = folder.resolve("a.parquet");
        try (RecordWriter writer = ParquetRecordWriter.create(parquet, COLUMNS)) {
            fill(writer, 2_500);
        }
        assertRows(ParquetRecords.open(parquet), 2_500);
        for (String name : List.of("a.arrow", "a.arrows")) {
            Path arrow = folder.resolve(name);
            try (RecordWriter writer = ArrowRecordWriter.create(arrow, COLUMNS)) {
                fill(writer, 2_500);
            }
            assertRows(ArrowRecords.open(arrow), 2_500);
        }
    }

    @Test
    void anotherLibraryReadsOurParquet() throws IOException {
        Path parquet = folder.resolve("a.parquet");
        try (RecordWriter writer = ParquetRecordWriter.create(parquet, List.of(COLUMNS.get(0), COLUMNS.get(1), COLUMNS.get(3)))) {
            writer.add(Arrays.asList("a", new float[]{1, 2, 3}, AT));
            writer.add(Arrays.asList("b", null, null));
        }
        try (ParquetFileReader reader = ParquetFileReader.open(InputFile.of(parquet)); RowReader rows = reader.rowReader()) {
            rows.next();
            assertEquals("a", rows.getString("id"));
            assertEquals(AT, rows.getTimestamp("at"));
            List<Object> vector = new ArrayList<>();
            rows.getList("v").values().forEach(vector::add);
            assertEquals(List.of(1f, 2f, 3f), vector);
            rows.next();
            assertEquals("b", rows.getString("id"));
            assertTrue(rows.isNull("v") && rows.isNull("at"));
            assertTrue(!rows.hasNext());
        }
    }

    /// The compressions that our codec only reads.
    private record TestCodec(
            CompressionCodecName codec) implements CompressionCodecFactory, CompressionCodecFactory.BytesInputCompressor {
        @Override
        public BytesInputCompressor getCompressor(CompressionCodecName name) {
            return this;
        }

        @Override
        public BytesInputDecompressor getDecompressor(CompressionCodecName name) {
            throw new AssertionError("a file is written with this codec, never read: " + name);
        }

        @Override
        public BytesInput compress(BytesInput bytes) throws IOException {
            byte[] in = bytes.toByteArray();
            byte[] out = new byte[2 * in.length + 1_000];
            return switch (codec) {
                case ZSTD -> BytesInput.from(out, 0, new ZstdCompressor().compress(in, 0, in.length, out, 0, out.length));
                case LZ4_RAW -> BytesInput.from(out, 0, new Lz4Compressor().compress(in, 0, in.length, out, 0, out.length));
                case GZIP -> {
                    ByteArrayOutputStream zipped = new ByteArrayOutputStream();
                    try (GZIPOutputStream gzip = new GZIPOutputStream(zipped)) {
                        gzip.write(in);
                    }
                    yield BytesInput.from(zipped.toByteArray());
                }
                default -> new Codecs().getCompressor(codec).compress(bytes);
            };
        }

        @Override
        public CompressionCodecName getCodecName() {
            return codec;
        }

        @Override
        public void release() {
            // nothing is held
        }
    }

    private Path parquet(String schema, CompressionCodecName codec, java.util.function.Consumer<Group> row) throws IOException {
        MessageType type = MessageTypeParser.parseMessageType("message m {" + schema + "}");
        Path file = folder.resolve(codec + ".parquet");
        Files.deleteIfExists(file);
        try (ParquetWriter<Group> writer = ExampleParquetWriter.builder(new LocalOutputFile(file)).withType(type)
                .withConf(new PlainParquetConfiguration()).withCodecFactory(new TestCodec(codec)).withCompressionCodec(codec)
                .build()) {
            Group group = new SimpleGroupFactory(type).newGroup();
            row.accept(group);
            writer.write(group);
        }
        return file;
    }

    @ParameterizedTest
    @EnumSource(value = CompressionCodecName.class, names = {"UNCOMPRESSED", "SNAPPY", "GZIP", "ZSTD", "LZ4_RAW"})
    void parquetOfOldAndForeignWritersIsUnderstood(CompressionCodecName codec) throws IOException {
        Path file = parquet(
                """
                        required int32 whole; required int32 day (DATE); required int32 cents (DECIMAL(9,2)); required int64 big (DECIMAL(18,0));
                        required int64 ms (TIMESTAMP_MILLIS); required int64 us (TIMESTAMP_MICROS); required int96 old;
                        required binary bare; required binary word (ENUM); optional binary none (UTF8); repeated float plain;
                        optional group two (LIST) { repeated double element; }
                        optional group three (LIST) { repeated group list { optional float element; } }
                        optional group named (LIST) { repeated group array { required int32 x; } }
                        optional group pairs (MAP) { repeated group key_value { required binary key (UTF8); optional int64 value; } }
                        required fixed_len_byte_array(16) id (UUID); required boolean yes;""",
                codec, g -> {
                    g.append("whole", -5).append("day", -1).append("cents", 1234).append("big", 77L).append("ms", -1L)
                            .append("us", 1_500_000L);
                    g.append("old", new NanoTime(2_440_589, 1_000_000_001L)).append("bare", "b").append("word", "w");
                    g.append("plain", 1.5f).append("plain", 2.5f).append("yes", true);
                    g.addGroup("two").append("element", 0.1).append("element", 0.2);
                    Group three = g.addGroup("three");
                    three.addGroup("list").append("element", 1f);
                    three.addGroup("list");
                    g.addGroup("named").addGroup("array").append("x", 3);
                    g.addGroup("pairs").addGroup("key_value").append("key", "k").append("value", 9L);
                    g.append("id",
                            Binary.fromConstantByteArray(new byte[]{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15}));
                });
        Map<String, Object> row = read(ParquetRecords.open(file)).getFirst();
        assertEquals(-5L, row.get("whole"));
        assertEquals(Instant.parse("1969-12-31T00:00:00Z"), row.get("day"));
        assertEquals(12.34, row.get("cents"));
        assertEquals(77L, row.get("big"));
        assertEquals(Instant.ofEpochMilli(-1), row.get("ms"));
        assertEquals(Instant.ofEpochMilli(1_500), row.get("us"));
        assertEquals(Instant.parse("1970-01-02T00:00:01.000000001Z"), row.get("old"));
        assertEquals("b", row.get("bare"));
        assertEquals("w", row.get("word"));
        assertNull(row.get("none"));
        assertArrayEquals(new float[]{1.5f, 2.5f}, (float[]) row.get("plain"));
        assertEquals(List.of(0.1, 0.2), row.get("two"));
        assertEquals(Arrays.asList(1f, null), row.get("three"));
        assertEquals(List.of(Map.of("x", 3L)), row.get("named"));
        assertEquals(Map.of("k", 9L), row.get("pairs"));
        assertEquals("00010203-0405-0607-0809-0a0b0c0d0e0f", row.get("id"));
        assertEquals(true, row.get("yes"));
    }

    @Test
    void bytesWithoutMeaningAreABadRowThatIsNamed() throws IOException {
        Path file = parquet("required binary text;", CompressionCodecName.SNAPPY,
                g -> g.append("text", Binary.fromConstantByteArray(new byte[]{-1, -2})));
        try (ParquetRecords rows = ParquetRecords.open(file)) {
            String message = assertThrows(IllegalArgumentException.class, rows::next).getMessage();
            assertTrue(message.contains("'text'") && message.contains("not UTF-8"), message);
            assertNull(rows.next());
        }
    }

    @ParameterizedTest
    @EnumSource(value = CompressionUtil.CodecType.class, names = {"NO_COMPRESSION", "LZ4_FRAME", "ZSTD"})
    void arrowWithDictionariesAndCompressionIsUnderstood(CompressionUtil.CodecType codec) throws IOException {
        Path file = folder.resolve("d.arrow");
        DictionaryEncoding encoding = new DictionaryEncoding(1, false, new ArrowType.Int(8, true));
        try (RootAllocator allocator = new RootAllocator();
                VarCharVector words = new VarCharVector("words", allocator);
                VarCharVector values = new VarCharVector("word", allocator)) {
            words.setSafe(0, "one".getBytes());
            words.setSafe(1, "two".getBytes());
            words.setValueCount(2);
            for (int i = 0; i < 100; i++) {
                values.setSafe(i, (i % 2 == 0 ? "one" : "two").getBytes());
            }
            values.setValueCount(100);
            Dictionary dictionary = new Dictionary(words, encoding);
            IntVector numbers = new IntVector("n", allocator);
            for (int i = 0; i < 99; i++) {
                numbers.setSafe(i, i);
            }
            numbers.setValueCount(100);
            try (var encoded = (org.apache.arrow.vector.FieldVector) DictionaryEncoder.encode(values, dictionary);
                    VectorSchemaRoot root = new VectorSchemaRoot(List.of(encoded, numbers));
                    var channel = java.nio.channels.FileChannel.open(file, java.nio.file.StandardOpenOption.CREATE,
                            java.nio.file.StandardOpenOption.WRITE);
                    ArrowFileWriter writer = new ArrowFileWriter(root, new DictionaryProvider.MapDictionaryProvider(dictionary),
                            channel,
                            Map.of(), IpcOption.DEFAULT, codec == CompressionUtil.CodecType.NO_COMPRESSION
                                    ? NoCompressionCodec.Factory.INSTANCE
                                    : CommonsCompressionFactory.INSTANCE,
                            codec)) {
                writer.start();
                writer.writeBatch();
                writer.end();
            }
        }
        List<Map<String, Object>> rows = read(ArrowRecords.open(file));
        assertEquals(100, rows.size());
        assertEquals(Map.of("word", "two", "n", 7L), rows.get(7));
        assertEquals(Map.of("word", "two"), rows.get(99));
    }

    @Test
    void damagedFilesEndInAnErrorAndNothingElse() throws IOException {
        long seed = Long.getLong("kith.seed", 42);
        Random random = new Random(seed);
        int refused = 0;
        for (String name : List.of("a.parquet", "a.arrow", "a.arrows")) {
            Path whole = folder.resolve(name);
            try (RecordWriter writer = name.endsWith("parquet")
                    ? ParquetRecordWriter.create(whole, COLUMNS)
                    : ArrowRecordWriter.create(whole, COLUMNS)) {
                fill(writer, 20);
            }
            byte[] bytes = Files.readAllBytes(whole);
            for (int i = 0; i < 400; i++) {
                byte[] damaged = i % 8 == 0 ? Arrays.copyOf(bytes, random.nextInt(bytes.length)) : bytes.clone();
                for (int flip = 0; flip < 1 + i % 3 && damaged.length > 0; flip++) {
                    damaged[random.nextInt(damaged.length)] ^= (byte) (1 << random.nextInt(8));
                }
                Path file = Files.write(folder.resolve("damaged"), damaged);
                try {
                    read(name.endsWith("parquet") ? ParquetRecords.open(file) : ArrowRecords.open(file));
                } catch (IOException e) {
                    assertTrue(e.getMessage().contains("damaged"), e.getMessage());
                    refused++;
                } catch (IllegalArgumentException e) {
                    refused++; // a bad row
                } catch (Throwable e) {
                    throw new AssertionError(name + ", -Dkith.seed=" + seed + ", change " + i, e);
                }
            }
        }
        assertTrue(refused > 300, refused + " refused");
    }
}
