package dev.kith.torture.load;

import dev.kith.Collection;
import dev.kith.Effort;
import dev.kith.Filter;
import dev.kith.Query;
import dev.kith.Record;
import dev.kith.torture.kit.Workload;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/// One thing that no caller should hand in. Writes among them never fit the schema, so that each must be refused.
final class Nonsense {
    private static final float[] AWKWARD = {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY};
    private static final float[] EXTREME = {Float.MAX_VALUE, -Float.MAX_VALUE, Float.MIN_VALUE, -0f, 0f, 1e-40f};
    private final Random random;

    Nonsense(Random random) {
        this.random = random;
    }

    /// Hands it in; says what it was if it was taken.
    String handIn(Collection collection) {
        return switch (random.nextInt(5)) {
            case 0, 1 -> {
                collection.upsert(batch());
                throw new AssertionError("a record that does not fit was taken");
            }
            case 2 -> "query " + collection.search(query()).hits().size();
            case 3 -> "filter " + collection.count(filter());
            default -> "id " + collection.get(id());
        };
    }

    private float[] vector(float[] pool) {
        float[] v = new float[Workload.DIMENSION];
        for (int i = 0; i < v.length; i++) {
            v[i] = random.nextFloat();
        }
        v[random.nextInt(v.length)] = pool[random.nextInt(pool.length)];
        return v;
    }

    private Record sound(String id) {
        return Record.builder(id).vector("v", vector(EXTREME)).build();
    }

    /// Sound records around one that is not.
    private List<Record> batch() {
        List<Record> batch = new ArrayList<>();
        for (int i = random.nextInt(3); i > 0; i--) {
            batch.add(sound("id" + i));
        }
        batch.add(switch (random.nextInt(9)) {
            case 0 -> Record.builder("id1").vector("v", vector(AWKWARD)).build();
            case 1 -> Record.builder("id1").vector("v", new float[random.nextBoolean() ? 0 : 7]).build();
            case 2 -> Record.builder("id1").build();
            case 3 -> Record.builder("x".repeat(5_000)).vector("v", vector(EXTREME)).build();
            case 4 -> Record.builder("id1").vector("v", vector(EXTREME)).field("no such field", 1).build();
            case 5 -> Record.builder("id1").vector("v", vector(EXTREME)).field("n", "a string").build();
            case 6 -> Record.builder("id1").vector("v", vector(EXTREME)).payload("{\"a\": ".repeat(100 + random.nextInt(3_000)))
                    .build();
            case 7 -> Record.builder("id1").vector("v", vector(EXTREME)).field("k", "\ud800 half a pair").build();
            default -> Record.builder("id1").vector("v", vector(EXTREME)).field("k", "k".repeat(40_000)).build();
        });
        Collections.shuffle(batch, random);
        return batch;
    }

    private Query query() {
        float[] v = vector(EXTREME);
        return switch (random.nextInt(9)) {
            case 0 -> Query.nearest("v", vector(AWKWARD));
            case 1 -> Query.nearest("v", v).k(random.nextInt(3) - 1);
            case 2 -> Query.nearest("v", v).k(Integer.MAX_VALUE);
            case 3 -> Query.nearest("v", new float[random.nextInt(3) * 1000]);
            case 4 -> Query.nearest("nothing", v);
            case 5 -> Query.nearest("v", v).minScore(AWKWARD[random.nextInt(AWKWARD.length)]);
            case 6 -> Query.text("t", "word ".repeat(20_000));
            case 7 -> Query.nearest("v", v).effort(Effort.efSearch(random.nextInt()));
            default -> Query.nearest("v", v);
        };
    }

    private Filter filter() {
        return switch (random.nextInt(6)) {
            case 0 -> {
                Filter deep = Filter.eq("n", 1);
                for (int i = random.nextInt(100_000); i > 0; i--) {
                    deep = Filter.not(deep);
                }
                yield deep;
            }
            case 1 -> Filter.or(Collections.nCopies(random.nextInt(100_000), Filter.eq("n", 1)));
            case 2 -> Filter.in("n", Collections.nCopies(random.nextInt(200_000), 1));
            case 3 -> Filter.eq("n", random.nextBoolean() ? "text" : Double.NaN);
            case 4 -> Filter.prefix("k", "\udc00");
            default -> Filter.gt("no such field", 1);
        };
    }

    private String id() {
        return switch (random.nextInt(3)) {
            case 0 -> "";
            case 1 -> "i".repeat(10_000);
            default -> "\ud83d";
        };
    }
}
