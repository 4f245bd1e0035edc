package dev.kith.torture.damage;

import dev.kith.Clause;
import dev.kith.Collection;
import dev.kith.Database;
import dev.kith.Effort;
import dev.kith.Filter;
import dev.kith.IndexSpec;
import dev.kith.Kith;
import dev.kith.MultiVector;
import dev.kith.Options;
import dev.kith.Projection;
import dev.kith.Query;
import dev.kith.Record;
import dev.kith.Schema;
import dev.kith.SparseVector;
import dev.kith.VectorField;
import dev.kith.core.Metric;
import dev.kith.torture.kit.Folders;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;

/// A store with every kind of vector and index, written in segments and in the log, and questions that read all of it.
final class RichStore {
    static final Options OPTIONS = Options.defaults().withGraphRecords(10);
    private static final int SIGNS = 24;
    private static final int RECORDS = 40;
    private static final Schema SCHEMA = Schema.builder().vector("graph", 6, Metric.COSINE)
            .add(VectorField.of("signs", SIGNS, Metric.SQUARED_L2).withIndex(IndexSpec.ivfPq(4, IndexSpec.IvfPq.Codes.SIGN)
                    .withRerank(IndexSpec.IvfPq.Rerank.INT8)))
            .add(VectorField.of("codes", 8, Metric.INNER_PRODUCT).withIndex(IndexSpec.ivfPq(4, IndexSpec.IvfPq.Codes.PRODUCT_4)
                    .withRerank(IndexSpec.IvfPq.Rerank.BFLOAT16))
                    .asOptional())
            .sparseVector("sparse").multiVector("multi", 3, Metric.COSINE).integer("n").keyword("k").text("t").build();

    private RichStore() {}

    /// Makes one, as a kill right after the last acknowledgement leaves it.
    static Map<String, byte[]> files(Path folder, long seed) throws IOException {
        Folders.delete(folder);
        Random random = new Random(seed);
        Map<String, byte[]> files;
        try (Database database = Kith.open(folder, OPTIONS)) {
            Collection collection = database.createCollection("rich", SCHEMA);
            collection.upsert(Stream.iterate(0, i -> i + 1).limit(RECORDS).map(i -> record(i, random)).toList());
            collection.optimize();
            for (int i = 5; i < 8; i++) { // both commits kept have the same large segment, so neither stands in for the other
                collection.flush();
                collection.upsert(record(i, random));
            }
            collection.upsert(record(3, random), record(RECORDS, random));
            collection.delete("r4");
            collection.upsert(record(RECORDS + 1, random));
            files = Folders.read(folder);
        }
        Folders.delete(folder);
        return files;
    }

    private static float[] vector(int dimension, Random random) {
        float[] v = new float[dimension];
        for (int i = 0; i < dimension; i++) {
            v[i] = (float) random.nextGaussian();
        }
        return v;
    }

    private static Record record(int i, Random random) {
        Record.Builder record = Record.builder("r" + i).vector("graph", vector(6, random)).vector("signs", vector(SIGNS, random))
                .field("sparse", SparseVector.of(new int[]{1, 2 + i % 5, 900}, new float[]{1, -2, 0.5f}))
                .field("multi", MultiVector.of(3, vector(3 * (1 + i % 3), random))).field("n", i * 7).field("k", "k" + i % 3)
                .field("t", "word" + i % 4 + " all").payload("{\"i\": " + i + "}");
        if (i % 3 > 0) {
            record.vector("codes", vector(8, random));
        }
        return record.build();
    }

    /// Asks everything and verifies.
    static void ask(Database database) {
        Random random = new Random(1);
        for (String name : database.collections()) {
            Collection collection = database.collection(name);
            try (Stream<Record> all = collection.scan(Filter.all(), Projection.EVERYTHING)) {
                all.forEach(record -> collection.get(record.id()));
            }
            float[] graph = vector(6, random);
            for (Query query : List.of(Query.nearest("graph", graph), Query.nearest("graph", graph).effort(Effort.exact()),
                    Query.nearest("graph", graph).filter(Filter.ge("n", 140)), Query.nearest("signs", vector(SIGNS, random)),
                    Query.nearest("codes", vector(8, random)).filter(Filter.eq("k", "k1")),
                    Query.of(Clause.sparse("sparse", SparseVector.of(new int[]{1, 3}, new float[]{1, 1}))),
                    Query.of(Clause.maxSim("multi", MultiVector.of(3, vector(6, random)))), Query.text("t", "word1 word3"))) {
                collection.search(query.k(7).allFields().withPayload());
            }
            collection.verify();
        }
    }
}
