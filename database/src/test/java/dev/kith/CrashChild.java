package dev.kith;

import dev.kith.core.Metric;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/// The process that is killed: opens the database, tells so, and then does one operation after the other, telling of each
/// when it was acknowledged. Operation `i` of a seed is always the same, so the parent knows what must be there.
final class CrashChild {
    static final Schema SCHEMA = Schema.builder().vector("v", 8, Metric.COSINE).integer("n").keyword("k").text("t").build();
    static final Options OPTIONS = Options.defaults().withRecentRecords(16).withLogBytes(1 << 20).withGraphRecords(100);
    private static final int IDS = 400;

    private CrashChild() {}

    /// One operation: some records, or ids, or a filter, or a flush, or a change of a record in the version it is in, or a field that
    /// is added if it is not there.
    record Operation(List<Record> upserts, List<String> deletes, int deleteBelow, boolean flush, @Nullable Update update,
            @Nullable String newField) {}

    static Operation operation(long seed, long index) {
        Random random = new Random(seed * 1_000_003 + index);
        random.nextLong();
        int dice = random.nextInt(100);
        List<Record> upserts = new ArrayList<>();
        List<String> deletes = new ArrayList<>();
        if (dice < 75) {
            for (int n = random.nextInt(20) == 0 ? 200 : 1 + random.nextInt(4); n > 0; n--) {
                upserts.add(record(random, index));
            }
        } else if (dice < 94) {
            for (int n = 1 + random.nextInt(3); n > 0; n--) {
                deletes.add("id" + random.nextInt(IDS));
            }
        }
        int below = dice == 95 || dice == 96 ? random.nextInt(50) : -1;
        Update update = dice < 98 ? null : Update.of("id" + random.nextInt(IDS)).set("n", random.nextInt(1000)).remove("t");
        String field = dice == 94 ? "late" + random.nextInt(30) : null;
        return new Operation(upserts, deletes, below, dice == 97, update, field);
    }

    private static Record record(Random random, long index) {
        float[] v = new float[8];
        for (int i = 0; i < v.length; i++) {
            v[i] = 1 + random.nextFloat();
        }
        return Record.builder("id" + random.nextInt(IDS)).vector("v", v).field("n", random.nextInt(1000))
                .field("k", "k" + random.nextInt(5))
                .field("t", "word" + random.nextInt(9))
                .payload("{\"operation\": " + index + ", \"pad\": \"" + "x".repeat(random.nextInt(300))
                        + "\"}")
                .build();
    }

    static void apply(Operation operation, Collection collection) {
        if (operation.newField() != null && collection.schema().field(operation.newField()) == null) {
            collection.addFields(new ScalarField(operation.newField(), FieldType.LONG, true));
        }
        Update update = operation.update();
        if (update != null) {
            Record before = collection.get(update.id());
            if (before != null) {
                collection.write(Write.update(update).ifVersion(before.version()));
            }
        }
        if (!operation.upserts().isEmpty()) {
            collection.upsert(operation.upserts());
        }
        if (!operation.deletes().isEmpty()) {
            collection.delete(operation.deletes());
        }
        if (operation.deleteBelow() >= 0) {
            collection.delete(Filter.lt("n", operation.deleteBelow()));
        }
        if (operation.flush()) {
            collection.flush();
        }
    }

    static void apply(Operation operation, Map<String, Record> model) {
        Update update = operation.update();
        if (update != null) {
            model.computeIfPresent(update.id(), (_, before) -> update.applyTo(before));
        }
        operation.upserts().forEach(r -> model.put(r.id(), r));
        operation.deletes().forEach(model::remove);
        if (operation.deleteBelow() >= 0) {
            model.values().removeIf(r -> (Integer) r.field("n") < operation.deleteBelow());
        }
    }

    public static void main(String[] args) {
        PrintStream out = System.out;
        long seed = Long.parseLong(args[1]);
        Database database = Kith.open(Path.of(args[0]), OPTIONS);
        Collection collection = database.collections().isEmpty()
                ? database.createCollection("crash", SCHEMA)
                : database.collection("crash");
        out.println("opened");
        long end = args.length > 3 ? Long.parseLong(args[3]) : Long.MAX_VALUE;
        for (long i = Long.parseLong(args[2]); i < end && !out.checkError(); i++) { // the pipe breaks when the parent dies: then this ends too
            apply(operation(seed, i), collection);
            out.println(i);
        }
        database.close();
    }
}
