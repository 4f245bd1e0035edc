package dev.kith.bench.harness;

import dev.kith.bench.engine.AcceptSet;
import dev.kith.bench.engine.OpenedIndex;
import dev.kith.bench.engine.Searcher;
import dev.kith.bench.engine.SearchSetting;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/// Runs queries against an opened index and times them, in the worker's process.
final class QueryLoop implements AutoCloseable {
    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();
    private static final com.sun.management.OperatingSystemMXBean SYSTEM = ManagementFactory
            .getPlatformMXBean(com.sun.management.OperatingSystemMXBean.class);
    private final float[][] queries;
    private final List<Searcher> searchers = new ArrayList<>();
    private final OpenedIndex index;
    private final ExecutorService pool = Executors.newCachedThreadPool();
    private @Nullable AcceptSet accept;

    QueryLoop(OpenedIndex index, float[][] queries) {
        this.index = index;
        this.queries = queries;
    }

    void accept(@Nullable AcceptSet rows) {
        accept = rows;
    }

    /// One thread's share of a run.
    private record Share(int[] numbers, int[][] answers, List<long[]> latencies, long[] cpuNanos) {}

    RunResult run(RunRequest request) throws Exception {
        int[] numbers = request.queries(queries.length);
        if (numbers.length == 0) {
            throw new IllegalArgumentException("no queries from " + request.first() + " on, there are " + queries.length);
        }
        int[][] answers = new int[numbers.length][];
        long distancesBefore = distances(request.threads());
        long processBefore = SYSTEM.getProcessCpuTime();
        long start = System.nanoTime();
        List<Callable<Share>> work = new ArrayList<>();
        for (int t = 0; t < request.threads(); t++) {
            int thread = t;
            work.add(() -> share(request, thread, numbers, answers));
        }
        List<Share> shares = all(work);
        long wall = System.nanoTime() - start;
        long process = SYSTEM.getProcessCpuTime() - processBefore;
        long distancesAfter = distances(request.threads());
        long cpu = shares.stream().mapToLong(s -> s.cpuNanos[0]).sum();
        long[] latencies = shares.stream().flatMap(s -> s.latencies.stream()).flatMapToLong(Arrays::stream).sorted().toArray();
        long distances = distancesBefore < 0 || distancesAfter < 0 ? -1 : distancesAfter - distancesBefore;
        return new RunResult(answers, latencies.length, cpu, wall, process,
                new long[]{at(latencies, 0.50), at(latencies, 0.95), at(latencies, 0.99)}, distances);
    }

    private static long at(long[] sorted, double share) {
        return sorted[(int) Math.min(sorted.length - 1, Math.floor(share * sorted.length))];
    }

    private List<Share> all(List<Callable<Share>> work) throws Exception {
        if (work.size() == 1) {
            return List.of(work.getFirst().call());
        }
        List<Share> shares = new ArrayList<>();
        for (Future<Share> future : pool.invokeAll(work)) {
            try {
                shares.add(future.get());
            } catch (ExecutionException e) {
                throw new IllegalStateException("a query thread failed", e.getCause());
            }
        }
        return shares;
    }

    private Share share(RunRequest request, int thread, int[] numbers, int[][] answers) throws Exception {
        Searcher searcher = searchers.get(thread);
        Share share = new Share(numbers, answers, new ArrayList<>(), new long[1]);
        int[] ids = new int[request.k()];
        int mine = (numbers.length - thread + request.threads() - 1) / request.threads();
        long wallStart = System.nanoTime();
        long cpuStart = THREADS.getCurrentThreadCpuTime();
        do {
            long[] latencies = new long[mine];
            for (int i = thread, n = 0; i < numbers.length; i += request.threads(), n++) {
                long begin = System.nanoTime();
                int found = searcher.search(queries[numbers[i]], request.k(), request.setting(), accept, ids);
                latencies[n] = System.nanoTime() - begin;
                answers[i] = Arrays.copyOf(ids, found);
            }
            share.latencies.add(latencies);
        } while (mine > 0 && System.nanoTime() - wallStart < request.minNanos());
        share.cpuNanos[0] = THREADS.getCurrentThreadCpuTime() - cpuStart;
        return share;
    }

    /// Distances over all searchers so far; makes the searchers a run of `threads` needs.
    private long distances(int threads) throws Exception {
        while (searchers.size() < threads) {
            searchers.add(index.searcher());
        }
        long sum = 0;
        for (Searcher searcher : searchers) {
            long own = searcher.distances();
            if (own < 0) {
                return -1;
            }
            sum += own;
        }
        return sum;
    }

    /// How warm-up ended.
    ///
    /// @param nanos wall time it took
    /// @param steady whether three windows in a row lay within the tolerance
    /// @param slow whether the engine answers fewer than 50 queries a second even at its fastest setting
    record WarmUp(long nanos, boolean steady, boolean slow) {}

    /// Queries at all settings in turn, in windows, until three windows in a row agree within 3 % in queries per CPU second.
    WarmUp warm(List<SearchSetting> settings, int k, long windowNanos, long limitNanos) throws Exception {
        long start = System.nanoTime();
        if (slow(settings.getFirst(), k, Math.min(limitNanos, 3_000_000_000L))) {
            return new WarmUp(System.nanoTime() - start, true, true);
        }
        List<Double> windows = new ArrayList<>();
        while (System.nanoTime() - start < limitNanos) {
            double[] nanosPerQuery = new double[settings.size()];
            for (int s = 0; s < settings.size(); s++) {
                RunResult run = run(new RunRequest(settings.get(s), k, 0, 1, 200, 1, windowNanos / settings.size()));
                nanosPerQuery[s] = (double) run.cpuNanos() / run.executed();
            }
            // Every setting weighs alike: the geometric mean of the times.
            windows.add(Arrays.stream(nanosPerQuery).map(Math::log).average().orElseThrow());
            if (steady(windows)) {
                return new WarmUp(System.nanoTime() - start, true, false);
            }
        }
        return new WarmUp(System.nanoTime() - start, false, false);
    }

    private boolean slow(SearchSetting fastest, int k, long limitNanos) throws Exception {
        long start = System.nanoTime();
        double nanos;
        do {
            RunResult run = run(new RunRequest(fastest, k, 0, 1, 3, 1, 0));
            nanos = (double) run.cpuNanos() / run.executed(); // a busy machine must not make an engine slow
            if (nanos < 20e6) {
                return false;
            }
        } while (System.nanoTime() - start < limitNanos);
        return true;
    }

    private static boolean steady(List<Double> logNanos) {
        if (logNanos.size() < 3) {
            return false;
        }
        List<Double> last = logNanos.subList(logNanos.size() - 3, logNanos.size());
        double min = last.stream().mapToDouble(d -> d).min().orElseThrow();
        double max = last.stream().mapToDouble(d -> d).max().orElseThrow();
        return Math.exp(max - min) <= 1.03;
    }

    @Override
    public void close() {
        pool.shutdownNow();
    }
}
