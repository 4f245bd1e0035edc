package dev.kith.internal.search;

import dev.kith.Clause;
import dev.kith.Effort;
import dev.kith.RecallEstimate;
import dev.kith.internal.filter.BoundFilter;
import dev.kith.internal.view.View;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/// Takes samples of approximate searches, has them compared with exact ones by a thread in the background, keeps what came out, and
/// learns from it by how much the candidates of [Effort.Recall] are to be multiplied.
///
/// Samples are collected for a moment and those of one view compared together: the vectors are then read once for all of them, and a
/// batch is what an accelerator is good at.
///
/// Learning: whenever the mean of at least [#LEAST] samples is below the recall asked by more than its standard error times 1.64 (times 1
/// from [#MANY] samples on, when little is left to chance), the factor grows by as much as the misses, less a standard error, are more than allowed, by a quarter at
/// least and to [#STEP] times at most; if it is as clearly more than half of the allowed misses better, and the factor was raised before, it
/// shrinks by a tenth. Then samples are collected anew.
public final class RecallMonitor {
    private static final int LEAST = 24;
    private static final int MANY = 200;
    private static final int KEPT = 1024;
    private static final int MOST_KEYS = 256;
    private static final double MOST = 32;
    private static final double STEP = 2.5;
    private static final long LEAST_PAUSE_NANOS = 20_000_000;
    private static final long APART_NANOS = 1_000_000;
    private static final long COLLECTING_NANOS = 8_000_000; // for each that is to be compared together
    private static final double Z = 1.96;

    private final double share;
    private final int together;
    private final Queue<Sample> waiting = new ConcurrentLinkedQueue<>();
    private final AtomicInteger collected = new AtomicInteger();
    private final Map<Key, Samples> byKey = new HashMap<>();
    private volatile Map<Key, Double> factors = Map.of();
    private volatile long dueNanos;
    private volatile @Nullable Thread worker;
    private volatile boolean stopped;
    private volatile boolean busy;

    /// A search to be compared.
    ///
    /// @param view in use until the sample is done with
    /// @param distances what was answered, nearest first
    public record Sample(View view, BoundFilter filter, Clause.Nearest clause, int k, float[] distances) {}

    private record Key(String field, Effort effort) {}

    private static final class Samples {
        double[] recalls = new double[LEAST];
        int count;
        int sinceChange;
        double factor = 1;

        void add(double recall) {
            if (count == recalls.length && count < KEPT) {
                recalls = Arrays.copyOf(recalls, Math.min(KEPT, 2 * count));
            }
            recalls[count++ % recalls.length] = recall;
            sinceChange++;
        }

        /// Mean and standard error of the latest `n`.
        double[] mean(int n) {
            double sum = 0;
            double squares = 0;
            for (int i = 1; i <= n; i++) {
                double recall = recalls[(count - i) % recalls.length];
                sum += recall;
                squares += recall * recall;
            }
            double mean = sum / n;
            return new double[]{mean, Math.sqrt(Math.max(0, squares / n - mean * mean) / n)};
        }
    }

    /// @param share of one processor that comparing may take, in `[0, 1)`; 0 compares nothing
    /// @param together samples compared together at most; the more, the rarer and the cheaper each
    public RecallMonitor(double share, int together) {
        this.share = share;
        this.together = together;
        this.dueNanos = System.nanoTime();
    }

    /// Whether a sample is wanted now. Cheap: every search asks.
    boolean due(long now) {
        return share > 0 && now - dueNanos >= 0 && !busy && !stopped && collected.get() < together;
    }

    /// Hands over a sample; its view is released here or by the worker.
    void offer(Sample sample) {
        if (stopped || collected.incrementAndGet() > together) {
            sample.view().release();
            return;
        }
        dueNanos = System.nanoTime() + APART_NANOS; // neighbours in time are often of one user, so of one kind
        waiting.add(sample);
        if (stopped) {
            drop(); // whoever takes it out releases it
        }
        Thread thread = worker;
        if (thread != null) {
            LockSupport.unpark(thread);
        }
    }

    /// By what the candidates of a recall are multiplied.
    double factor(String field, Effort effort) {
        return factors.isEmpty() ? 1 : factors.getOrDefault(new Key(field, effort), 1.0);
    }

    /// Repeats searches exactly.
    @FunctionalInterface
    public interface Judge {
        /// The recall of each sample; all are of one view.
        double[] recalls(List<Sample> samples) throws IOException;
    }

    /// Compares samples until [#stop()]; the body of the thread in the background.
    ///
    /// @param judge answers the exact searches
    public void run(Judge judge) {
        worker = Thread.currentThread();
        while (!stopped) {
            if (waiting.isEmpty()) {
                LockSupport.parkNanos(this, 500_000_000);
                continue;
            }
            collect();
            busy = true;
            long start = System.nanoTime();
            for (List<Sample> samples : taken()) {
                compare(samples, judge);
            }
            long now = System.nanoTime();
            dueNanos = now + Math.max(LEAST_PAUSE_NANOS, (long) ((now - start) * (1 / share - 1)));
            busy = false;
        }
        drop();
    }

    private void collect() {
        long most = together * COLLECTING_NANOS;
        long end = System.nanoTime() + most;
        for (long left = most; left > 0 && !stopped && collected.get() < together; left = end - System.nanoTime()) {
            LockSupport.parkNanos(this, left);
        }
    }

    /// What waits, by view.
    private Iterable<List<Sample>> taken() {
        Map<View, List<Sample>> byView = new IdentityHashMap<>();
        for (Sample sample = waiting.poll(); sample != null; sample = waiting.poll()) {
            byView.computeIfAbsent(sample.view(), _ -> new ArrayList<>()).add(sample);
        }
        collected.set(0);
        return byView.values();
    }

    private void compare(List<Sample> samples, Judge judge) {
        try {
            double[] recalls = judge.recalls(samples);
            for (int i = 0; i < recalls.length; i++) {
                take(samples.get(i).clause().field(), samples.get(i).clause().effort(), recalls[i]);
            }
        } catch (IOException | RuntimeException e) {
            // the same files will fail the user's searches with a message of their own; a comparison is only left out
            System.getLogger("dev.kith").log(System.Logger.Level.DEBUG, "a recall check was left out", e);
        } finally {
            samples.forEach(sample -> sample.view().release());
        }
    }

    private void drop() {
        for (Sample left = waiting.poll(); left != null; left = waiting.poll()) {
            left.view().release();
        }
    }

    /// Ends [#run(Judge)] and takes no more samples. A sample under way is finished.
    public void stop() {
        stopped = true;
        drop();
        Thread thread = worker;
        if (thread != null) {
            LockSupport.unpark(thread);
        }
    }

    /// Keeps one comparison and learns from it.
    synchronized void take(String field, Effort effort, double recall) {
        Key key = new Key(field, effort);
        if (byKey.size() >= MOST_KEYS && !byKey.containsKey(key)) {
            return; // queries that each name another effort are not worth more memory
        }
        Samples samples = byKey.computeIfAbsent(key, _ -> new Samples());
        samples.add(recall);
        if (key.effort() instanceof Effort.Recall(double asked) && samples.sinceChange >= LEAST) {
            learn(key, samples, asked);
        }
    }

    private void learn(Key key, Samples samples, double asked) {
        int n = Math.min(KEPT, samples.sinceChange);
        double[] mean = samples.mean(n);
        double factor = samples.factor;
        if (mean[0] + (n < MANY ? 1.64 : 1) * mean[1] < asked) {
            factor = Math.min(MOST, factor * Math.clamp((1 - mean[0] - mean[1]) / (1 - asked), 1.25, STEP));
        } else if (factor > 1 && mean[0] - 1.64 * mean[1] > asked + (1 - asked) / 2) {
            factor = Math.max(1, factor / 1.1);
        }
        if (factor != samples.factor) {
            samples.factor = factor;
            samples.sinceChange = 0;
            Map<Key, Double> changed = new HashMap<>(factors);
            changed.put(key, factor);
            factors = Map.copyOf(changed);
        }
    }

    /// What is known, by field and effort.
    public synchronized List<RecallEstimate> estimates() {
        List<RecallEstimate> estimates = new ArrayList<>();
        byKey.forEach((key, samples) -> {
            int n = Math.min(KEPT, samples.sinceChange == 0 ? samples.count : samples.sinceChange);
            double mean = samples.mean(n)[0];
            double middle = (mean + Z * Z / (2 * n)) / (1 + Z * Z / n);
            double half = Z / (1 + Z * Z / n) * Math.sqrt(mean * (1 - mean) / n + Z * Z / (4.0 * n * n));
            estimates.add(new RecallEstimate(key.field(), key.effort(), n, mean, Math.max(0, middle - half),
                    Math.min(1, middle + half), samples.factor));
        });
        estimates.sort(Comparator.comparing(RecallEstimate::field).thenComparing(e -> e.effort().toString()));
        return estimates;
    }
}
