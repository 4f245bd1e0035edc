package dev.kith.torture.damage;

import dev.kith.Clause;
import dev.kith.Collection;
import dev.kith.Database;
import dev.kith.Effort;
import dev.kith.Filter;
import dev.kith.Hit;
import dev.kith.Kith;
import dev.kith.Options;
import dev.kith.Projection;
import dev.kith.Query;
import dev.kith.Record;
import dev.kith.Schema;
import dev.kith.core.Metric;
import dev.kith.torture.kit.Folders;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;

/// A store of few bytes that has every kind of file, and everything that can be asked of it.
final class SmallStore {
    static final String COLLECTION = "small";
    static final Options OPTIONS = Options.defaults().withGraphRecords(6);
    private static final Schema SCHEMA = Schema.builder().vector("v", 4, Metric.SQUARED_L2).integer("n").keyword("k").text("t")
            .build();
    private static final float[] QUERY = {0.5f, -1, 2, 0};

    private SmallStore() {}

    /// Makes a store and gives its files: as closing leaves them, or as a kill right after the last acknowledgement does.
    static Map<String, byte[]> files(Path folder, boolean closed, long seed) throws IOException {
        Folders.delete(folder);
        Map<String, byte[]> files;
        Random random = new Random(seed);
        try (Database database = Kith.open(folder, OPTIONS)) {
            Collection collection = database.createCollection(COLLECTION, SCHEMA);
            for (int i = 0; i < 8; i++) {
                collection.upsert(record(i, random));
            }
            collection.delete("r2");
            collection.flush();
            if (!closed) {
                collection.upsert(record(20, random), record(3, random));
                collection.delete("r4");
                collection.upsert(record(21, random));
            }
            files = Folders.read(folder);
        }
        if (closed) {
            files = Folders.read(folder);
        }
        Folders.delete(folder);
        return files;
    }

    private static Record record(int i, Random random) {
        float[] v = {random.nextInt(9) - 4, random.nextInt(9) - 4, random.nextInt(9) - 4, i};
        return Record.builder("r" + i).vector("v", v).field("n", i * 7).field("k", "k" + i % 3)
                .field("t", "word" + i % 4 + " all")
                .payload("{\"i\": " + i + "}").build();
    }

    /// All answers of a store, written down twice.
    ///
    /// @param exact with the order and scores of answers by words
    /// @param unscored without. Word statistics know deleted records until they are merged away, so a store that goes back to the
    ///        commit before and replays the log scores words differently
    record Answers(String exact, String unscored) {}

    /// Asks everything and writes the answers down.
    static Answers answers(Database database) {
        StringBuilder exact = new StringBuilder();
        StringBuilder unscored = new StringBuilder();
        for (String name : database.collections()) {
            Collection collection = database.collection(name);
            StringBuilder records = new StringBuilder();
            records.append(name).append(collection.schema()).append(collection.count());
            Map<String, Record> seen = new TreeMap<>();
            try (Stream<Record> scan = collection.scan(Filter.all(), Projection.EVERYTHING)) {
                scan.forEach(r -> records.append(seen.put(r.id(), r) == null ? "" : "twice"));
            }
            seen.values().forEach(r -> records.append('\n').append(told(r)));
            for (int i = 0; i < 22; i++) {
                Record one = collection.get("r" + i);
                records.append('\n').append(i).append(' ').append(one == null ? "none" : told(one));
            }
            exact.append(records);
            unscored.append(records);
            searches(collection, exact, unscored);
        }
        return new Answers(exact.toString(), unscored.toString());
    }

    private static void searches(Collection collection, StringBuilder exact, StringBuilder unscored) {
        for (Query query : new Query[]{Query.nearest("v", QUERY).effort(Effort.exact()), Query.nearest("v", QUERY).k(4),
                Query.text("t", "word1 word3"), Query.nearest("v", QUERY).filter(Filter.ge("n", 21)),
                Query.nearest("v", QUERY).filter(Filter.eq("k", "k1")), Query.hybrid("v", QUERY, "t", "word2")}) {
            List<Hit> hits = collection.search(query.allFields().withPayload()).hits();
            StringBuilder scored = new StringBuilder("\n");
            hits.forEach(hit -> scored.append(hit).append(' '));
            exact.append(scored);
            if (query.clauses().stream().anyMatch(Clause.Text.class::isInstance)) {
                unscored.append('\n');
                hits.stream().map(hit -> hit.id() + new TreeMap<>(hit.fields()) + hit.payload()).sorted()
                        .forEach(unscored::append);
            } else {
                unscored.append(scored);
            }
        }
    }

    private static String told(Record record) {
        return record.id() + Arrays.toString(record.vector("v")) + new TreeMap<>(record.fields()) + record.payload();
    }
}
