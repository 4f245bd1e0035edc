package dev.kith.torture.kit;

import dev.kith.Collection;
import dev.kith.Database;
import dev.kith.Durability;
import dev.kith.Filter;
import dev.kith.Options;
import dev.kith.Record;
import dev.kith.Schema;
import dev.kith.core.Metric;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/// An endless row of steps, determined by a seed, over one collection that is always there and one that comes and goes.
///
/// @param seed which row
/// @param ids how many different ids occur
/// @param large how many records a large batch has
/// @param busy whether a third of the steps flush, merge, make or drop, instead of one in ten, and a third delete
public record Workload(long seed, int ids, int large, boolean busy) {
    /// The collection that is made first and never dropped.
    public static final String MAIN = "main";
    /// The collection that comes and goes.
    public static final String SIDE = "side";
    /// Components of a vector.
    public static final int DIMENSION = 8;
    /// The schema of both.
    public static final Schema SCHEMA = Schema.builder().vector("v", DIMENSION, Metric.SQUARED_L2).integer("n").keyword("k")
            .text("t").build();

    /// Written as one argument of a command.
    public String argument() {
        return seed + "," + ids + "," + large + "," + busy;
    }

    /// What [#argument] wrote.
    public static Workload of(String argument) {
        String[] parts = argument.split(",");
        return new Workload(Long.parseLong(parts[0]), Integer.parseInt(parts[1]), Integer.parseInt(parts[2]),
                Boolean.parseBoolean(parts[3]));
    }

    /// Small buffers and small graphs, so that few steps go through every kind of file; varied by the seed.
    ///
    /// @param powerCuts leaves out the durability that does not promise to survive a power cut
    public Options options(boolean powerCuts) {
        Random random = new Random(seed ^ 0x0b71);
        Durability durability = switch (random.nextInt(4)) {
            case 0 -> Durability.group(1);
            case 1 -> powerCuts ? Durability.sync() : Durability.osBuffered();
            default -> Durability.sync();
        };
        return Options.defaults().withDurability(durability).withRecentRecords(16 + random.nextInt(50)).withLogBytes(1 << 20)
                .withGraphRecords(random.nextBoolean() ? 20 : 100);
    }

    /// The step of that number, from 0.
    public Step step(long index) {
        if (index == 0) {
            return new Step.Create(MAIN);
        }
        Random random = new Random(seed * 1_000_003 + index);
        random.nextLong();
        String collection = random.nextInt(5) == 0 ? SIDE : MAIN;
        int dice = busy && random.nextInt(3) == 0 ? 180 + random.nextInt(20) : random.nextInt(200);
        if (dice < (busy ? 100 : 140)) {
            List<Record> records = new ArrayList<>();
            for (int n = random.nextInt(20) == 0 ? large : 1 + random.nextInt(4); n > 0; n--) {
                records.add(record(random, index));
            }
            return new Step.Upsert(collection, records);
        }
        if (dice < 180) {
            List<String> gone = new ArrayList<>();
            for (int n = (busy ? 3 : 1) + random.nextInt(3); n > 0; n--) {
                gone.add("id" + random.nextInt(ids));
            }
            return new Step.Delete(collection, gone);
        }
        if (dice < 185) {
            return new Step.DeleteBelow(collection, random.nextInt(busy ? 600 : 60));
        }
        if (dice < 191) {
            return new Step.Flush(collection);
        }
        if (dice < 193) {
            return new Step.Optimize(collection);
        }
        return dice < 197 ? new Step.Create(SIDE) : new Step.Drop(SIDE);
    }

    private Record record(Random random, long index) {
        float[] v = new float[DIMENSION];
        for (int i = 0; i < v.length; i++) {
            v[i] = random.nextInt(2001) / 100f - 10;
        }
        Record.Builder record = Record.builder("id" + random.nextInt(ids)).vector("v", v).field("n", random.nextInt(1000))
                .payload("{\"step\": " + index + ", \"pad\": \"" + "x".repeat(random.nextInt(300)) + "\"}");
        if (random.nextInt(4) > 0) {
            record.field("k", "k" + random.nextInt(5));
        }
        if (random.nextInt(4) > 0) {
            record.field("t", "word" + random.nextInt(9) + " word" + random.nextInt(9));
        }
        return record.build();
    }

    /// Does a step to the database.
    public static void apply(Step step, Database database) {
        switch (step) {
            case Step.Upsert(String name, List<Record> records) -> {
                if (has(database, name)) {
                    database.collection(name).upsert(records);
                }
            }
            case Step.Delete(String name, List<String> gone) -> {
                if (has(database, name)) {
                    database.collection(name).delete(gone);
                }
            }
            case Step.DeleteBelow(String name, int bound) -> {
                if (has(database, name)) {
                    database.collection(name).delete(Filter.lt("n", bound));
                }
            }
            case Step.Flush(String name) -> {
                if (has(database, name)) {
                    database.collection(name).flush();
                }
            }
            case Step.Optimize(String name) -> {
                if (has(database, name)) {
                    Collection collection = database.collection(name);
                    collection.optimize();
                }
            }
            case Step.Create(String name) -> {
                if (!has(database, name)) {
                    database.createCollection(name, SCHEMA);
                }
            }
            case Step.Drop(String name) -> {
                if (has(database, name)) {
                    database.dropCollection(name);
                }
            }
        }
    }

    private static boolean has(Database database, String name) {
        return database.collections().contains(name);
    }

    /// Does a step to the model: records by id, by collection.
    public static void apply(Step step, Map<String, Map<String, Record>> model) {
        switch (step) {
            case Step.Upsert(String name, List<Record> records) -> {
                if (model.containsKey(name)) {
                    records.forEach(r -> model.get(name).put(r.id(), r));
                }
            }
            case Step.Delete(String name, List<String> gone) -> {
                if (model.containsKey(name)) {
                    gone.forEach(model.get(name)::remove);
                }
            }
            case Step.DeleteBelow(String name, int bound) -> {
                if (model.containsKey(name)) {
                    model.get(name).values().removeIf(r -> r.field("n") instanceof Integer n && n < bound);
                }
            }
            case Step.Flush _,Step.Optimize _ -> {
            }
            case Step.Create(String name) -> model.putIfAbsent(name, new TreeMap<>());
            case Step.Drop(String name) -> model.remove(name);
        }
    }
}
