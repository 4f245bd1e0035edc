package dev.kith.internal.format;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.kith.GeoPoint;
import dev.kith.MultiVector;
import dev.kith.Projection;
import dev.kith.Record;
import dev.kith.Schema;
import dev.kith.SparseVector;
import dev.kith.core.Metric;
import dev.kith.internal.RandomRecords;
import dev.kith.internal.model.NumberedSchema;
import dev.kith.internal.model.RecordCheck;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class CodecTest {
    private static final NumberedSchema ALL = NumberedSchema.first(RandomRecords.SCHEMA);
    /// The worked example of docs/format/record.md and docs/format/log-operations.md.
    private static final NumberedSchema SMALL = NumberedSchema
            .first(Schema.builder().vector("v", 2, Metric.SQUARED_L2).keyword("lang")
                    .integer("year").keywordList("tags").build());
    private static final Record RECORD = Record.builder("a1").vector("v", new float[]{1, -2}).field("lang", "en")
            .field("year", 2026)
            .field("tags", List.of("x", "yz")).payload("{}").build();
    private static final String SOURCE = "0103" + "010102656e" + "0202ea070000" + "03410201780279" + "7a" + "01027b7d";
    private static final String BATCH = "0102" + "01" + "026131" + "01" + "00" + "0000803f000000c0" + "00" + "19" + SOURCE + "02"
            + "026232";

    @Test
    void theWorkedExamplesOfTheFormatPagesAreWhatIsWritten() throws MalformedBytesException {
        RecordCodec codec = new RecordCodec(SMALL);
        assertEquals(SOURCE, HexFormat.of().formatHex(codec.source(RECORD)));
        byte[] batch = new OperationCodec(codec)
                .encode(List.of(new Operation.Upsert(RECORD, codec.source(RECORD)), new Operation.Delete("b2")));
        assertEquals(BATCH, HexFormat.of().formatHex(batch));
        List<Operation> read = new OperationCodec(codec).decode(ByteBuffer.wrap(HexFormat.of().parseHex(BATCH)));
        assertEquals(RECORD, ((Operation.Upsert) read.getFirst()).record());
        assertEquals(new Operation.Delete("b2"), read.getLast());
    }

    @Test
    void theWorkedExamplesOfTheLaterTypesAreWhatIsWritten() throws MalformedBytesException {
        NumberedSchema schema = NumberedSchema.first(Schema.builder().vector("v", 1, Metric.SQUARED_L2).geoPoint("place")
                .uuid("key").keyword("none").sparseVector("terms").multiVector("tokens", 2, Metric.COSINE).build());
        Record record = Record.builder("g").vector("v", new float[]{1}).field("place", new GeoPoint(45, -90))
                .field("key", new UUID(1, 2)).field("none", null)
                .field("terms", SparseVector.of(new int[]{3, 258}, new float[]{1, -2}))
                .field("tokens", MultiVector.of(2, new float[]{1, 0, 0, 1})).build();
        RecordCodec codec = new RecordCodec(schema);
        String source = "0103" + "010800000040000000c0" + "020901000000000000000200000000000000" + "0300" + "00";
        assertEquals(source, HexFormat.of().formatHex(codec.source(record)));
        Encoder out = new Encoder(64);
        codec.writeRecord(out, record, codec.source(record));
        String whole = "0167" + "01" + "000000803f" + "02" + "0410" + "0300000002010000" + "0000803f000000c0" + "0510"
                + "0000803f00000000000000000000803f" + "21" + source;
        assertEquals(whole, HexFormat.of().formatHex(out.toBytes()));
        assertEquals(record, codec.readRecord(new Decoder(ByteBuffer.wrap(out.toBytes()))));
    }

    @Test
    void sparseVectorsOutOfOrderAreRefused() {
        byte[] bytes = WideCodec.encode(SparseVector.of(new int[]{3, 5}, new float[]{1, -2}));
        bytes[4] = 3;
        dev.kith.Field sparse = new dev.kith.SparseVectorField("s");
        assertThrows(MalformedBytesException.class, () -> WideCodec.decode(sparse, ByteBuffer.wrap(bytes)));
        assertThrows(MalformedBytesException.class, () -> WideCodec.decode(sparse, ByteBuffer.wrap(bytes, 0, 7)));
        assertThrows(MalformedBytesException.class, () -> WideCodec.decode(
                new dev.kith.MultiVectorField("m", 3, Metric.COSINE), ByteBuffer.allocate(16)));
    }

    @Test
    void randomBatchesComeBackAsTheyWere() throws MalformedBytesException {
        long seed = System.nanoTime();
        RandomRecords records = new RandomRecords(new Random(seed));
        RecordCodec codec = new RecordCodec(ALL);
        for (int i = 0; i < 300; i++) {
            List<Operation> batch = new ArrayList<>();
            for (int j = 0; j < i % 4; j++) {
                Record record = RecordCheck.fit(RandomRecords.SCHEMA, records.record("é" + i + "-" + j));
                batch.add(new Operation.Upsert(record, codec.source(record)));
            }
            batch.add(new Operation.Delete("gone" + i));
            List<Operation> read = new OperationCodec(codec).decode(ByteBuffer.wrap(new OperationCodec(codec).encode(batch)));
            assertEquals(batch.size(), read.size(), "seed " + seed);
            for (int j = 0; j < batch.size() - 1; j++) {
                Operation.Upsert expected = (Operation.Upsert) batch.get(j);
                Operation.Upsert found = (Operation.Upsert) read.get(j);
                assertEquals(expected.record(), found.record(), "seed " + seed);
                assertArrayEquals(expected.source(), found.source(), "seed " + seed);
            }
        }
    }

    @Test
    void aProjectionReadsOnlyItsPart() throws MalformedBytesException {
        RecordCodec codec = new RecordCodec(SMALL);
        Record.Builder into = Record.builder("a1");
        codec.readSource(ByteBuffer.wrap(codec.source(RECORD)), new Projection(List.of("year"), false, false), into);
        assertEquals(Map.of("year", 2026), into.build().fields());
        assertEquals(null, into.build().payload());
    }

    @Test
    void damagedBytesAreRefusedAndNeverCrash() {
        RecordCodec codec = new RecordCodec(ALL);
        long seed = System.nanoTime();
        Random random = new Random(seed);
        Record record = RecordCheck.fit(RandomRecords.SCHEMA, new RandomRecords(random).record("x"));
        byte[] good = new OperationCodec(codec)
                .encode(List.of(new Operation.Upsert(record, codec.source(record)), new Operation.Delete("y")));
        for (int length = 0; length < good.length; length++) {
            ByteBuffer cut = ByteBuffer.wrap(good, 0, length);
            assertThrows(MalformedBytesException.class, () -> new OperationCodec(codec).decode(cut),
                    "cut to " + length + ", seed " + seed);
        }
        for (int i = 0; i < 100_000; i++) {
            byte[] bad = good.clone();
            for (int n = 1 + random.nextInt(3); n > 0; n--) {
                bad[random.nextInt(bad.length)] = (byte) random.nextInt();
            }
            try {
                new OperationCodec(codec).decode(ByteBuffer.wrap(bad));
            } catch (MalformedBytesException | dev.kith.InvalidRecordException e) {
                // Refused, as the log's checksum would have been before this was called.
            }
        }
    }

    @Test
    void schemasAndCatalogsComeBackAsTheyWere() throws MalformedBytesException {
        NumberedSchema schema = SchemaCodec.decode(ByteBuffer.wrap(SchemaCodec.encode(ALL)));
        assertEquals(ALL.schema(), schema.schema());
        assertEquals(ALL.fields(), schema.fields());
        Catalog catalog = Catalog.empty(new UUID(1, 2)).with("b").with("a").without("b");
        assertEquals(catalog, Catalog.decode(ByteBuffer.wrap(catalog.encode())));
        assertEquals(3, catalog.nextNumber());
        assertEquals(Map.of("a", 2), catalog.collections());
    }

    @Test
    void everyFlippedBitOfASealedFileIsNoticed() throws Exception {
        SealedBytes.Kind kind = new SealedBytes.Kind("KITHTEST", 1);
        byte[] file = SealedBytes.seal(kind, SchemaCodec.encode(ALL));
        assertEquals(ByteBuffer.wrap(SchemaCodec.encode(ALL)), SealedBytes.open(kind, file));
        for (int bit = 0; bit < 8 * file.length; bit++) {
            byte[] bad = file.clone();
            bad[bit >> 3] ^= (byte) (1 << (bit & 7));
            assertThrows(Exception.class, () -> SealedBytes.open(kind, bad), "bit " + bit);
        }
        for (int length = 0; length < file.length; length++) {
            byte[] cut = java.util.Arrays.copyOf(file, length);
            assertThrows(MalformedBytesException.class, () -> SealedBytes.open(kind, cut));
        }
        byte[] newer = SealedBytes.seal(new SealedBytes.Kind("KITHTEST", 2), new byte[3]);
        assertEquals(2, assertThrows(SealedBytes.VersionException.class, () -> SealedBytes.open(kind, newer)).found());
    }

    @Test
    void randomBytesAreNoSchemaAndNoCatalog() {
        Random random = new Random(7);
        for (int i = 0; i < 100_000; i++) {
            byte[] bytes = new byte[random.nextInt(64)];
            random.nextBytes(bytes);
            try {
                SchemaCodec.decode(ByteBuffer.wrap(bytes));
            } catch (MalformedBytesException e) {
                // refused
            }
            try {
                Catalog.decode(ByteBuffer.wrap(bytes));
            } catch (MalformedBytesException e) {
                // refused
            }
        }
    }
}
