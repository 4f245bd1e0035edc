package dev.kith.torture.damage;

import dev.kith.Field;
import dev.kith.Filter;
import dev.kith.InvalidInputException;
import dev.kith.MultiVector;
import dev.kith.MultiVectorField;
import dev.kith.Record;
import dev.kith.SparseVector;
import dev.kith.SparseVectorField;
import dev.kith.core.BuildControl;
import dev.kith.core.ByteSink;
import dev.kith.core.CorruptBytesException;
import dev.kith.core.DenseVectors;
import dev.kith.core.Metric;
import dev.kith.core.TopK;
import dev.kith.core.VectorEncoding;
import dev.kith.hnsw.HnswIndex;
import dev.kith.hnsw.HnswParameters;
import dev.kith.internal.format.Catalog;
import dev.kith.internal.format.MalformedBytesException;
import dev.kith.internal.format.Operation;
import dev.kith.internal.format.OperationCodec;
import dev.kith.internal.format.RecordCodec;
import dev.kith.internal.format.SchemaCodec;
import dev.kith.internal.format.SealedBytes;
import dev.kith.internal.format.WideCodec;
import dev.kith.internal.model.NumberedSchema;
import dev.kith.internal.model.RecordCheck;
import dev.kith.ivfpq.IvfCodec;
import dev.kith.ivfpq.IvfPqIndex;
import dev.kith.ivfpq.IvfPqParameters;
import dev.kith.ivfpq.RerankRows;
import dev.kith.ivfpq.SearchEffort;
import dev.kith.storage.Container;
import dev.kith.storage.ContainerKind;
import dev.kith.storage.ContainerWriter;
import dev.kith.storage.CorruptFileException;
import dev.kith.storage.LogOptions;
import dev.kith.storage.StorageException;
import dev.kith.storage.UnsupportedFormatException;
import dev.kith.storage.VfsFile;
import dev.kith.storage.WriteAheadLog;
import dev.kith.storage.WriteMode;
import dev.kith.storage.fault.CrashVfs;
import dev.kith.torture.kit.Things;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.UUID;

/// Everything that reads bytes or text from outside, each with samples of what is right. Where a checksum would stop a mutant
/// at the door, it is put right first: that is the forged file.
final class Parsers {
    private static final int NODES = 40;
    private static final int DIMENSION = 6;
    private static final SearchEffort EFFORT = new SearchEffort(3, 20, 10, 1.9f, 1);
    private static final UUID LOG_STORE = new UUID(3, 4);
    private static final String LOG_FILE = "wal-0000000000000000001.log";

    private Parsers() {}

    /// One parser.
    ///
    /// @param name of the parser
    /// @param samples sound inputs
    /// @param share how often it gets a turn, relative to the others
    record Target(String name, List<byte[]> samples, int share, Parse parse) {}

    /// Reads the bytes: true if they were taken, false if they were refused in the documented way; anything thrown is a finding.
    interface Parse {
        boolean taken(byte[] bytes) throws Exception;
    }

    static List<Target> all(Random random) throws IOException {
        Things things = new Things(random);
        NumberedSchema schema = NumberedSchema.first(Things.SCHEMA);
        OperationCodec operations = new OperationCodec(new RecordCodec(schema));
        List<Target> all = new ArrayList<>();
        all.add(new Target("catalog", List.of(Catalog.empty(new UUID(1, 2)).with("one").with("two").encode()), 10,
                bytes -> refusable(() -> Catalog.decode(ByteBuffer.wrap(bytes)))));
        all.add(new Target("schema", List.of(SchemaCodec.encode(schema)), 10,
                bytes -> refusable(() -> SchemaCodec.decode(ByteBuffer.wrap(bytes)))));
        all.add(new Target("batch of the log", batches(things, schema, operations), 20, bytes -> refusable(() -> {
            List<Operation> batch = operations.decode(ByteBuffer.wrap(bytes));
            return operations.encode(batch);
        })));
        SealedBytes.Kind kind = new SealedBytes.Kind("KITHFUZZ", 1);
        all.add(new Target("sealed file", List.of(SealedBytes.seal(kind, new byte[100])), 10, bytes -> sealed(kind, bytes)));
        all.add(new Target("container", List.of(container(1), container(5)), 10, Parsers::container));
        all.add(new Target("graph", List.of(graph()), 10, new GraphTarget()));
        ListsTarget lists = new ListsTarget();
        all.add(new Target("inverted lists", lists.samples(), 10, lists));
        all.add(new Target("rounded rows", List.of(rounded(RerankRows.Kind.BF16), rounded(RerankRows.Kind.INT8)), 5,
                Parsers::rounded));
        all.add(new Target("log", List.of(log()), 5, Parsers::log));
        SparseVectorField sparse = new SparseVectorField("s");
        all.add(new Target("sparse vector",
                List.of(WideCodec.encode(SparseVector.of(new int[]{1, 5, 900}, new float[]{1, -2, 3}))), 5,
                bytes -> wide(sparse, bytes)));
        MultiVectorField multi = new MultiVectorField("m", 3, Metric.COSINE);
        all.add(new Target("multi-vector", List.of(WideCodec.encode(MultiVector.of(3, new float[]{1, 2, 3, 4, 5, 6}))), 5,
                bytes -> wide(multi, bytes)));
        all.add(new Target("filter", filters(things), 20, Parsers::filter));
        all.add(new Target("payload",
                List.of(utf8("{\"a\": [1, -2.5e3, null, true], \"b\": {\"c\": \"\\u00e9x\"}}"), utf8("[[[[]]]]")), 10,
                Parsers::payload));
        return all;
    }

    private interface Decoding {
        Object run() throws Exception;
    }

    private static boolean refusable(Decoding decoding) throws Exception {
        try {
            decoding.run();
            return true;
        } catch (MalformedBytesException refused) {
            return false;
        }
    }

    private static List<byte[]> batches(Things things, NumberedSchema schema, OperationCodec codec) {
        RecordCodec records = new RecordCodec(schema);
        List<byte[]> samples = new ArrayList<>();
        for (int i = 0; i < 12; i++) {
            List<Operation> batch = new ArrayList<>();
            for (int n = 0; n <= i % 3; n++) {
                Record record = RecordCheck.fit(Things.SCHEMA, things.record("id" + i));
                batch.add(new Operation.Upsert(record, records.source(record)));
            }
            batch.add(new Operation.Delete("id" + i));
            samples.add(codec.encode(batch));
        }
        return samples;
    }

    private static boolean sealed(SealedBytes.Kind kind, byte[] bytes) {
        try {
            SealedBytes.open(kind, bytes);
            return true;
        } catch (MalformedBytesException | SealedBytes.VersionException refused) {
            return false;
        }
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    // ---- text

    private static List<byte[]> filters(Things things) {
        List<byte[]> samples = new ArrayList<>();
        for (String text : List.of("year >= 2020 and lang in ('en', 'de')", "tags contains 'x' or not exists(price)",
                "body matches \"full text\"", "a.b between 1 and 2.5", "(((a = 'it''s')))",
                "k like 'a*b?c' and n != -9223372036854775808")) {
            samples.add(utf8(text));
        }
        for (int i = 0; i < 30; i++) {
            samples.add(utf8(things.filter(3, List.of("id1", "id'2")).filter().toText()));
        }
        return samples;
    }

    /// What is taken must come back from its own text.
    private static boolean filter(byte[] bytes) {
        String text = new String(bytes, StandardCharsets.UTF_8);
        Filter filter;
        try {
            filter = Filter.parse(text);
        } catch (InvalidInputException refused) {
            return false;
        }
        String told = filter.toText();
        if (!Filter.parse(told).equals(filter)) {
            throw new AssertionError("'" + text + "' is told as '" + told + "', which is another filter");
        }
        return true;
    }

    private static boolean payload(byte[] bytes) {
        String text = new String(bytes, StandardCharsets.UTF_8);
        try {
            RecordCheck.fit(Things.SCHEMA, Record.builder("id").vector("v", new float[8]).payload(text).build());
            return true;
        } catch (InvalidInputException refused) {
            return false;
        }
    }

    // ---- container

    private static byte[] container(int sections) throws IOException {
        Bytes sink = new Bytes();
        ContainerWriter writer = new ContainerWriter(sink, new ContainerKind("FUZZ", 1));
        for (int i = 0; i < sections; i++) {
            writer.beginSection(i + 1).write(new byte[i * 50], 0, i * 50);
            writer.endSection();
        }
        writer.finish();
        return sink.out.toByteArray();
    }

    private static boolean container(byte[] bytes) {
        Forge.container(bytes);
        try {
            Container container = Container.open(MemorySegment.ofArray(bytes), "fuzzed", new ContainerKind("FUZZ", 1));
            container.verify();
            for (long id : container.sectionIds()) {
                MemorySegment section = container.section(id);
                if (section.mismatch(MemorySegment.ofArray(section.toArray(ValueLayout.JAVA_BYTE))) >= 0) {
                    throw new AssertionError("section " + id + " does not read the same twice");
                }
            }
            return true;
        } catch (StorageException refused) {
            return false;
        }
    }

    // ---- graph

    private static DenseVectors vectors() {
        Random random = new Random(1);
        long stride = 64;
        MemorySegment bytes = Arena.ofAuto().allocate(stride * NODES, 64);
        for (int r = 0; r < NODES; r++) {
            for (int i = 0; i < DIMENSION; i++) {
                bytes.set(ValueLayout.JAVA_FLOAT, r * stride + 4L * i, (float) random.nextGaussian());
            }
        }
        return new DenseVectors(Metric.SQUARED_L2, VectorEncoding.FLOAT32, DIMENSION, NODES, stride, bytes, MemorySegment.NULL);
    }

    private static byte[] graph() throws IOException {
        Bytes sink = new Bytes();
        HnswIndex.build(vectors(), new HnswParameters(3, 20, 1), BuildControl.NONE).save(sink);
        return sink.out.toByteArray();
    }

    /// Opens a forged graph and searches it over sound vectors.
    private static final class GraphTarget implements Parse {
        private final DenseVectors vectors = vectors();

        @Override
        public boolean taken(byte[] bytes) {
            Forge.index(bytes, 0);
            try (Arena arena = Arena.ofConfined()) {
                MemorySegment memory = arena.allocate(Math.max(1, bytes.length), 64);
                MemorySegment.copy(bytes, 0, memory, ValueLayout.JAVA_BYTE, 0, bytes.length);
                HnswIndex index = HnswIndex.open(memory.asSlice(0, bytes.length));
                if (index.size() == NODES && index.dimension() == DIMENSION && index.metric() == Metric.SQUARED_L2) {
                    index.search(vectors.scorer(new float[DIMENSION]), 5, 10, null, new TopK(5));
                }
                return true;
            } catch (CorruptBytesException refused) {
                return false;
            } catch (UncheckedIOException refused) {
                if (refused.getCause() instanceof CorruptBytesException) {
                    return false;
                }
                throw refused;
            }
        }
    }

    // ---- inverted lists

    private static byte[] lists(DenseVectors vectors, IvfPqParameters parameters) throws IOException {
        Bytes sink = new Bytes();
        IvfPqIndex.build(vectors, parameters.withNlist(3), BuildControl.NONE).save(sink);
        return sink.out.toByteArray();
    }

    /// Opens forged lists, checks them, and searches them over sound vectors.
    private static final class ListsTarget implements Parse {
        private final DenseVectors vectors = vectors();

        List<byte[]> samples() throws IOException {
            IvfPqParameters product = IvfPqParameters.DEFAULTS.withCodec(new IvfCodec.ProductCodes(2, 4, IvfCodec.Turn.NONE));
            return List.of(lists(vectors, IvfPqParameters.DEFAULTS), lists(vectors, product),
                    lists(vectors, product.withRefineBits(8).withSpill(1)));
        }

        @Override
        public boolean taken(byte[] bytes) {
            Forge.index(bytes, 0);
            try (Arena arena = Arena.ofConfined()) {
                MemorySegment memory = arena.allocate(Math.max(1, bytes.length), 64);
                MemorySegment.copy(bytes, 0, memory, ValueLayout.JAVA_BYTE, 0, bytes.length);
                IvfPqIndex index = IvfPqIndex.open(memory.asSlice(0, bytes.length));
                if (index.size() == NODES && index.dimension() == DIMENSION && index.metric() == Metric.SQUARED_L2) {
                    float[] query = new float[DIMENSION];
                    index.search(query, vectors.scorer(query), EFFORT, null, new TopK(5));
                    index.search(query, null, EFFORT, null, new TopK(5));
                }
                index.verify();
                return true;
            } catch (CorruptBytesException refused) {
                return false;
            } catch (UncheckedIOException refused) { // rows are believed when they are read, in the middle of a search
                if (refused.getCause() instanceof CorruptBytesException) {
                    return false;
                }
                throw refused;
            }
        }
    }

    // ---- rounded rows

    private static byte[] rounded(RerankRows.Kind kind) throws IOException {
        Bytes sink = new Bytes();
        RerankRows.write(vectors(), kind, sink);
        return sink.out.toByteArray();
    }

    /// Opens forged rows and scores all of them, whatever numbers they hold.
    private static boolean rounded(byte[] bytes) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment memory = arena.allocate(Math.max(1, bytes.length), 64);
            MemorySegment.copy(bytes, 0, memory, ValueLayout.JAVA_BYTE, 0, bytes.length);
            RerankRows rows = RerankRows.open(memory.asSlice(0, bytes.length));
            if (rows.dimension() == DIMENSION) {
                rows.scorer(new float[DIMENSION]).scoreRange(0, rows.size(), new float[rows.size()]);
            }
            return true;
        } catch (CorruptBytesException refused) {
            return false;
        }
    }

    // ---- log

    private static byte[] log() throws IOException {
        Path folder = Path.of("/fuzz/log");
        CrashVfs disk = new CrashVfs(Path.of("/fuzz"));
        try (WriteAheadLog log = WriteAheadLog.open(disk, folder, LogOptions.of(LOG_STORE), 0, (_, _) -> {})) {
            for (int i = 0; i < 6; i++) {
                log.awaitForced(log.append(ByteBuffer.wrap(new byte[i * 9])));
            }
        }
        return disk.readAll(folder.resolve(disk.list(folder).getFirst()), 1 << 20);
    }

    /// Opens a forged log of one file.
    private static boolean log(byte[] bytes) throws IOException {
        Forge.log(bytes);
        Path folder = Path.of("/fuzz/log");
        CrashVfs disk = new CrashVfs(Path.of("/fuzz"));
        disk.createDirectories(folder);
        try (VfsFile file = disk.openWrite(folder.resolve(LOG_FILE), WriteMode.CREATE_NEW)) {
            file.write(ByteBuffer.wrap(bytes));
        }
        try {
            WriteAheadLog.check(disk, folder, LogOptions.of(LOG_STORE), 0);
            return true;
        } catch (CorruptFileException | UnsupportedFormatException refused) {
            return false;
        }
    }

    // ---- sparse and multi-vectors

    private static boolean wide(Field field, byte[] bytes) {
        try {
            Object value = WideCodec.decode(field, ByteBuffer.wrap(bytes));
            if (!Arrays.equals(bytes, WideCodec.encode(value))) {
                throw new AssertionError("read and written again it is other bytes");
            }
            return true;
        } catch (MalformedBytesException refused) {
            return false;
        }
    }

    private static final class Bytes implements ByteSink {
        private final ByteArrayOutputStream out = new ByteArrayOutputStream();

        @Override
        public void write(MemorySegment bytes) {
            out.writeBytes(bytes.toArray(ValueLayout.JAVA_BYTE));
        }

        @Override
        public void write(byte[] bytes, int offset, int length) {
            out.write(bytes, offset, length);
        }

        @Override
        public long position() {
            return out.size();
        }
    }
}
