package dev.kith.torture.load;

import dev.kith.Collection;
import dev.kith.Database;
import dev.kith.Durability;
import dev.kith.Effort;
import dev.kith.Kith;
import dev.kith.Options;
import dev.kith.Query;
import dev.kith.Record;
import dev.kith.Schema;
import dev.kith.core.Metric;
import dev.kith.torture.run.Session;
import dev.kith.torture.run.Torture;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;

/// Replaces every record again and again, in clusters that drift, a part of them duplicates; then asks for each live record by
/// its own vector, and compares recall with that of a new database of the same content. A turn is one replacement of
/// everything. Where half of all records are copies of ten vectors (odd turns), a graph search meets more equal distances than
/// it keeps candidates; what it misses there is counted and shown, but only the difference to a fresh build of the even turns
/// is judged.
public final class Churn implements Torture {
    private static final int RECORDS = 3_000;
    private static final int DIMENSION = 24;
    private static final int QUERIES = 200;
    private static final int EF_SEARCH = 60;
    private static final double MOST_LOSS = 0.005;
    private static final Schema SCHEMA = Schema.builder().vector("v", DIMENSION, Metric.SQUARED_L2).build();

    @Override
    public String about() {
        return "everything replaced again and again: each record finds itself, recall stays that of a fresh build";
    }

    @Override
    public long fewTurns() {
        return 2;
    }

    @Override
    public void run(Session session) throws Exception {
        Random random = new Random(session.seed());
        Options options = Options.defaults().withGraphRecords(300).withRecentRecords(200).withDurability(Durability.osBuffered());
        Map<String, float[]> live = new TreeMap<>();
        try (Database database = Kith.open(session.folder().resolve("churn"), options)) {
            Collection collection = database.createCollection("churn", SCHEMA);
            for (long turn = session.nextTurn(); turn >= 0; turn = session.nextTurn()) {
                replaceAll(collection, live, turn, random);
                if (turn % 2 == 1) {
                    collection.optimize();
                }
                collection.flush();
                long lost = selves(collection, live);
                session.count("records asked for by their own vector", live.size());
                try (Database other = Kith.open(session.folder().resolve("fresh" + turn), options)) {
                    compare(session, new Pair(collection, fresh(other, live), turn % 2 == 0), live, lost, random);
                }
                session.count("replacements of everything", 1);
            }
        }
    }

    /// Odd turns keep half of all records duplicates of few vectors. Deletes come in runs near one cluster, some ids go for good.
    private static void replaceAll(Collection collection, Map<String, float[]> live, long turn, Random random) {
        List<float[]> centres = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            centres.add(gaussian(random, null, 10));
        }
        List<float[]> repeated = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            repeated.add(gaussian(random, centres.get(i), 1));
        }
        for (int from = 0; from < RECORDS; from += 100) {
            List<String> gone = new ArrayList<>();
            List<Record> batch = new ArrayList<>();
            for (int i = from; i < from + 100; i++) {
                String id = "id" + i;
                if (random.nextInt(4) == 0) {
                    gone.add(id);
                }
                float[] v = turn % 2 == 1 && random.nextBoolean()
                        ? repeated.get(random.nextInt(10))
                        : gaussian(random, centres.get(random.nextInt(20)), 2);
                if (random.nextInt(20) > 0) {
                    batch.add(Record.builder(id).vector("v", v).build());
                    live.put(id, v);
                } else {
                    gone.add(id);
                    live.remove(id);
                }
            }
            collection.delete(gone);
            collection.upsert(batch);
        }
    }

    private static float[] gaussian(Random random, float @org.jspecify.annotations.Nullable [] centre, float scale) {
        float[] v = new float[DIMENSION];
        for (int i = 0; i < DIMENSION; i++) {
            v[i] = (centre == null ? 0 : centre[i]) + scale * (float) random.nextGaussian();
        }
        return v;
    }

    /// How many live records are not found by their own vector. The first hit must be at distance 0, whichever of several
    /// duplicates it is.
    private static long selves(Collection collection, Map<String, float[]> live) {
        long lost = 0;
        for (Map.Entry<String, float[]> entry : live.entrySet()) {
            List<String> ids = collection.search(Query.nearest("v", entry.getValue()).k(1).effort(Effort.efSearch(EF_SEARCH)))
                    .ids();
            float[] found = ids.isEmpty() ? null : live.get(ids.getFirst());
            if (found == null || distance(found, entry.getValue()) > 1e-6) {
                lost++;
            }
        }
        return lost;
    }

    /// The same content, grown and built at once.
    private record Pair(Collection churned, Collection fresh, boolean judged) {}

    private static Collection fresh(Database database, Map<String, float[]> live) {
        Collection fresh = database.createCollection("fresh", SCHEMA);
        List<Record> batch = new ArrayList<>();
        live.forEach((id, v) -> batch.add(Record.builder(id).vector("v", v).build()));
        fresh.upsert(batch);
        fresh.optimize();
        return fresh;
    }

    private static void compare(Session session, Pair pair, Map<String, float[]> live, long lost, Random random) {
        long lostFresh = selves(pair.fresh, live);
        List<float[]> all = new ArrayList<>(live.values());
        double own = 0;
        double other = 0;
        for (int i = 0; i < QUERIES; i++) {
            float[] query = gaussian(random, all.get(random.nextInt(all.size())), 2);
            own += recall(pair.churned, live, query) / QUERIES;
            other += recall(pair.fresh, live, query) / QUERIES;
        }
        String among = pair.judged ? "" : " among copies";
        session.note(
                String.format(Locale.ROOT, "recall@10 %.4f, of a fresh build %.4f; not found by their own vector: %d, %d%s", own,
                        other, lost, lostFresh, among));
        session.count("of these not found" + among, lost);
        session.count("of these not found in a fresh build" + among, lostFresh);
        session.peak("millionths of recall lost against a fresh build" + among, Math.round(1e6 * (other - own)));
        if (pair.judged && lost - lostFresh > MOST_LOSS * live.size()) {
            session.violation(
                    lost + " of " + live.size() + " records are not found by their own vector, in a fresh build " + lostFresh);
        }
        if (pair.judged && other - own > MOST_LOSS) {
            session.violation("recall@10 is " + own + ", that of a fresh build " + other);
        }
    }

    /// By distance, so that either of two duplicates counts.
    private static double recall(Collection collection, Map<String, float[]> live, float[] query) {
        List<Float> distances = new ArrayList<>();
        live.values().forEach(v -> distances.add(distance(v, query)));
        distances.sort(null);
        float bound = distances.get(9) * 1.00001f;
        Set<String> found = new HashSet<>(
                collection.search(Query.nearest("v", query).k(10).effort(Effort.efSearch(EF_SEARCH))).ids());
        return found.stream().filter(id -> live.containsKey(id) && distance(live.getOrDefault(id, query), query) <= bound).count()
                / 10.0;
    }

    private static float distance(float[] a, float[] b) {
        float sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += (a[i] - b[i]) * (a[i] - b[i]);
        }
        return sum;
    }
}
