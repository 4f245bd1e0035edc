package dev.kith.torture.kit;

import dev.kith.Collection;
import dev.kith.Database;
import dev.kith.Filter;
import dev.kith.Hit;
import dev.kith.Projection;
import dev.kith.Query;
import dev.kith.Record;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// The model of a workload, and whether a database agrees with it.
public final class Judge {
    private static final float TOLERANCE = 1e-4f;

    private final Workload workload;
    private final Map<String, Map<String, Record>> model;
    private long next;

    /// Before the first step.
    public Judge(Workload workload) {
        this.workload = workload;
        this.model = new TreeMap<>();
    }

    private Judge(Judge other) {
        this(other.workload);
        this.next = other.next;
        other.model.forEach((name, records) -> model.put(name, new TreeMap<>(records)));
    }

    /// A judge that goes its own way from here.
    public Judge copy() {
        return new Judge(this);
    }

    /// The number of the first step not yet taken.
    public long next() {
        return next;
    }

    /// The content expected.
    public Map<String, Map<String, Record>> model() {
        return model;
    }

    /// Takes all steps up to and including that number.
    public void acknowledged(long step) {
        while (next <= step) {
            Workload.apply(workload.step(next), model);
            next++;
        }
    }

    /// Everything in a database; a record that is there twice is an error.
    public static Map<String, Map<String, Record>> content(Database database) {
        Map<String, Map<String, Record>> content = new TreeMap<>();
        for (String name : database.collections()) {
            Map<String, Record> records = new TreeMap<>();
            try (Stream<Record> all = database.collection(name).scan(Filter.all(), Projection.EVERYTHING)) {
                all.forEach(r -> {
                    if (records.put(r.id(), r) != null) {
                        throw new AssertionError(name + " has " + r.id() + " twice");
                    }
                });
            }
            content.put(name, records);
        }
        return content;
    }

    /// What is wrong with the content of a database, or null: it must be the model, or the model after some more steps, each
    /// whole; in that case those count as taken from now on.
    ///
    /// @param more how many steps after the last acknowledged one may have been taken
    public @Nullable String wrong(Database database, int more) {
        Map<String, Map<String, Record>> found = content(database);
        StringBuilder differences = new StringBuilder();
        Judge later = copy();
        for (int i = 0; i <= more; i++) {
            if (i > 0) {
                later.acknowledged(later.next);
            }
            if (found.equals(later.model)) {
                acknowledged(later.next - 1);
                return null;
            }
            if (i < 2) {
                differences.append("after step ").append(later.next - 1).append(": ").append(difference(later.model, found))
                        .append("; ");
            }
        }
        return differences.append("and so on up to step ").append(later.next - 1).toString();
    }

    private static String difference(Map<String, Map<String, Record>> expected, Map<String, Map<String, Record>> found) {
        if (!expected.keySet().equals(found.keySet())) {
            return "collections " + found.keySet() + " instead of " + expected.keySet();
        }
        for (String name : expected.keySet()) {
            Map<String, Record> want = Objects.requireNonNull(expected.get(name));
            Map<String, Record> have = Objects.requireNonNull(found.get(name));
            Set<String> ids = new TreeSet<>(want.keySet());
            ids.addAll(have.keySet());
            for (String id : ids) {
                if (!Objects.equals(want.get(id), have.get(id))) {
                    return name + ": " + id + " is " + have.get(id) + ", should be " + want.get(id) + " (" + have.size() + " of "
                            + want.size() + " records)";
                }
            }
        }
        return "nothing";
    }

    /// What is wrong with the answers of a database whose content is the model, or null: counts, nearest neighbours by exact
    /// search, words, filters, single records.
    public @Nullable String wrongAnswers(Database database, Random random) {
        for (Map.Entry<String, Map<String, Record>> entry : model.entrySet()) {
            Collection collection = database.collection(entry.getKey());
            String wrong = wrongAnswers(collection, entry.getValue(), random);
            if (wrong != null) {
                return entry.getKey() + " after step " + (next - 1) + ": " + wrong;
            }
        }
        return null;
    }

    private @Nullable String wrongAnswers(Collection collection, Map<String, Record> records, Random random) {
        if (collection.count() != records.size()) {
            return "counts " + collection.count() + " instead of " + records.size();
        }
        String id = "id" + random.nextInt(workload.ids());
        if (!Objects.equals(collection.get(id), records.get(id))) {
            return "get " + id + " gives " + collection.get(id) + " instead of " + records.get(id);
        }
        int bound = random.nextInt(1000);
        long below = records.values().stream().filter(r -> r.field("n") instanceof Integer n && n < bound).count();
        if (collection.count(Filter.lt("n", bound)) != below) {
            return "counts " + collection.count(Filter.lt("n", bound)) + " below " + bound + " instead of " + below;
        }
        String word = "word" + random.nextInt(9);
        Set<String> having = new TreeSet<>();
        records.values().stream().filter(r -> r.field("t") instanceof String t && List.of(t.split(" ")).contains(word))
                .forEach(r -> having.add(r.id()));
        Set<String> found = new TreeSet<>(collection.search(Query.text("t", word).k(10_000)).ids());
        if (!found.equals(having)) {
            return "finds " + found + " for " + word + " instead of " + having;
        }
        return wrongNeighbours(collection, records, random);
    }

    private static @Nullable String wrongNeighbours(Collection collection, Map<String, Record> records, Random random) {
        float[] query = new float[Workload.DIMENSION];
        for (int i = 0; i < query.length; i++) {
            query[i] = random.nextFloat() * 20 - 10;
        }
        int k = Math.min(10, records.size());
        List<Float> distances = new ArrayList<>();
        records.values().forEach(r -> distances.add(distance(query, Objects.requireNonNull(r.vector("v")))));
        distances.sort(null);
        List<Hit> hits = collection.search(Query.nearest("v", query).k(10)).hits();
        List<Hit> exact = collection.search(Query.nearest("v", query).k(10).effort(dev.kith.Effort.exact())).hits();
        if (hits.size() != k || exact.size() != k || new HashSet<>(exact.stream().map(Hit::id).toList()).size() != k) {
            return "finds " + hits + " and exactly " + exact + " instead of " + k + " neighbours";
        }
        for (int i = 0; i < k; i++) {
            float own = distance(query, vectorOf(records, exact.get(i)));
            if (Math.abs(own - distances.get(i)) > TOLERANCE * (1 + own) || !records.containsKey(hits.get(i).id())) {
                return "exact hit " + i + " is " + exact.get(i) + " at " + own + ", the true distance is " + distances.get(i);
            }
        }
        return null;
    }

    private static float[] vectorOf(Map<String, Record> records, Hit hit) {
        Record record = records.get(hit.id());
        if (record == null) {
            throw new AssertionError("answered " + hit + ", which is not there");
        }
        return Objects.requireNonNull(record.vector("v"));
    }

    private static float distance(float[] a, float[] b) {
        float sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += (a[i] - b[i]) * (a[i] - b[i]);
        }
        return sum;
    }
}
