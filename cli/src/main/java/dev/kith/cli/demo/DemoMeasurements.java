package dev.kith.cli.demo;

import dev.kith.Collection;
import dev.kith.Query;
import dev.kith.Record;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Recall against a plain double-precision scan that shares no code with the index, and the speed of single-thread queries.
final class DemoMeasurements {
    private static final int K = 10;
    private static final int JUDGED = 200;

    private final Collection collection;
    private final DemoData set;
    private final PrintWriter out;

    DemoMeasurements(Collection collection, DemoData set, PrintWriter out) {
        this.collection = collection;
        this.set = set;
        this.out = out;
    }

    void run() {
        List<DemoData.Question> questions = set.questions();
        warmUp(questions);
        long[] nanos = new long[questions.size()];
        List<List<String>> answers = new ArrayList<>();
        long start = System.nanoTime();
        for (int i = 0; i < nanos.length; i++) {
            long before = System.nanoTime();
            answers.add(collection.search(Query.nearest("embedding", questions.get(i).vector()).k(K)).ids());
            nanos[i] = System.nanoTime() - before;
        }
        double seconds = (System.nanoTime() - start) / 1e9;
        Arrays.sort(nanos);
        out.printf(
                "Searched  %,d queries on one thread: recall@%d %.3f against an exact scan of %d of them; %,.0f queries a second, "
                        + "p50 %.0f us, p99 %.0f us%n",
                nanos.length, K, recall(questions, answers), JUDGED, nanos.length / seconds,
                nanos[nanos.length / 2] / 1e3, nanos[nanos.length * 99 / 100] / 1e3);
    }

    /// The JIT compiles the kernels in the first seconds; what a service sees is the speed after that.
    private void warmUp(List<DemoData.Question> questions) {
        long until = System.nanoTime() + 3_000_000_000L;
        for (int i = 0; System.nanoTime() < until; i++) {
            collection.search(Query.nearest("embedding", questions.get(i % questions.size()).vector()).k(K));
        }
    }

    /// A hit counts if it is as near as the tenth best, up to a relative thousandth: ties are no misses.
    private double recall(List<DemoData.Question> questions, List<List<String>> answers) {
        Map<String, float[]> vectors = new HashMap<>();
        for (int i = 0; i < set.glosses().size(); i++) {
            vectors.put(set.glosses().get(i).id(), set.vectors().get(i));
        }
        int right = 0;
        for (int i = 0; i < JUDGED; i++) {
            int judged = i * questions.size() / JUDGED;
            float[] query = questions.get(judged).vector();
            double[] distances = set.glosses().stream().map(Record::id).mapToDouble(id -> distance(query, vector(vectors, id)))
                    .sorted().limit(K).toArray();
            double limit = distances[K - 1] * 1.001;
            right += (int) answers.get(judged).stream().distinct().filter(id -> distance(query, vector(vectors, id)) <= limit)
                    .count();
        }
        return right / (double) (JUDGED * K);
    }

    private static float[] vector(Map<String, float[]> vectors, String id) {
        float[] vector = vectors.get(id);
        if (vector == null) {
            throw new IllegalStateException("the database returned an id that was never written: " + id);
        }
        return vector;
    }

    private static double distance(float[] a, float[] b) {
        double dot = 0;
        for (int i = 0; i < a.length; i++) {
            dot += (double) a[i] * b[i];
        }
        return 1 - dot;
    }
}
