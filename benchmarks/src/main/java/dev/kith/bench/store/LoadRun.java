package dev.kith.bench.store;

import dev.kith.bench.engine.VectorStore;
import dev.kith.bench.data.VectorSet;
import dev.kith.bench.harness.PageCache;
import dev.kith.core.DenseVectors;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// Database load in the order in which users meet it: insert while others search, until the last row is found, until the
/// store has settled, closed and opened again with cold pages, until it is steady.
final class LoadRun {
    private final StoreTask task;
    private final VectorSet set;
    private final DenseVectors vectors;
    private final StoreProbe probe;
    private final float[][] queries;

    LoadRun(StoreTask task, VectorSet set, DenseVectors vectors, StoreProbe probe) throws Exception {
        this.task = task;
        this.set = set;
        this.vectors = vectors;
        this.probe = probe;
        this.queries = set.queries();
    }

    void run(Consumer<StoreRow> out) throws Exception {
        StoreRow row = new StoreRow().with("engine", task.kind().engine()).with("rows", set.rows()).with("batch", task.batch());
        BitSet live = new BitSet();
        live.set(0, set.rows());
        try (VectorStore store = task.kind().open(set, task.parameters(), task.folder())) {
            row = insert(store, row);
            StoreProbe.Seen unsettled = probe.ask(store, live);
            row = row.with("recall_as_is", unsettled.recall()).with("qps_as_is", unsettled.qps());
            long start = System.nanoTime();
            store.settle();
            row = row.with("settle_s", (System.nanoTime() - start) / 1e9);
            StoreProbe.Seen settled = probe.ask(store, live);
            row = row.with("recall", settled.recall()).with("qps", settled.qps()).with("p99_us", settled.p99Micros());
        }
        if (task.kind().durable()) {
            row = reopen(row, live);
        }
        out.accept(row);
    }

    private StoreRow insert(VectorStore store, StoreRow row) throws Exception {
        AtomicBoolean stop = new AtomicBoolean();
        AtomicReference<@Nullable Exception> failure = new AtomicReference<>();
        List<Long> latencies = new ArrayList<>();
        Thread searcher = Thread.ofPlatform().start(() -> {
            try {
                int[] ids = new int[StoreProbe.K];
                for (int q = 0; !stop.get(); q = (q + 1) % queries.length) {
                    long start = System.nanoTime();
                    store.search(queries[q], StoreProbe.K, task.ef(), ids);
                    latencies.add(System.nanoTime() - start);
                }
            } catch (Exception e) {
                failure.set(e);
            }
        });
        long start = System.nanoTime();
        for (int from = 0; from < set.rows(); from += task.batch()) {
            int[] rows = IntStream.range(from, Math.min(set.rows(), from + task.batch())).toArray();
            store.upsert(rows, StoreWorker.copy(vectors, rows));
        }
        long inserted = System.nanoTime();
        find(store, set.rows() - 1);
        long found = System.nanoTime();
        stop.set(true);
        searcher.join();
        Exception failed = failure.get();
        if (failed != null) {
            throw failed;
        }
        long[] sorted = latencies.stream().mapToLong(Long::longValue).sorted().toArray();
        double seconds = (inserted - start) / 1e9;
        return row.with("insert_rows_per_s", set.rows() / seconds).with("searchable_ms", (found - inserted) / 1e6)
                .with("searches_per_s_while_inserting", sorted.length / seconds)
                .with("p99_us_while_inserting", sorted.length == 0 ? -1 : sorted[(int) (sorted.length * 0.99)] / 1e3);
    }

    /// Until the store answers a row's own vector with the row.
    private void find(VectorStore store, int row) throws Exception {
        float[] vector = StoreWorker.copy(vectors, new int[]{row})[0];
        int[] ids = new int[StoreProbe.K];
        long start = System.nanoTime();
        while (System.nanoTime() - start < 60_000_000_000L) {
            int n = store.search(vector, StoreProbe.K, Math.max(100, task.ef()), ids);
            if (Arrays.stream(ids, 0, n).anyMatch(id -> id == row)) {
                return;
            }
        }
        throw new IllegalStateException("row " + row + " was written and is not found within a minute");
    }

    private StoreRow reopen(StoreRow row, BitSet live) throws Exception {
        boolean cold = PageCache.drop(task.folder());
        long start = System.nanoTime();
        try (VectorStore store = task.kind().open(set, task.parameters(), task.folder())) {
            long opened = System.nanoTime();
            int[] ids = new int[StoreProbe.K];
            store.search(queries[0], StoreProbe.K, task.ef(), ids);
            long first = System.nanoTime();
            double best = 0;
            double steadySeconds = -1;
            for (int window = 0; window < 40 && steadySeconds < 0; window++) {
                double qps = probe.ask(store, live).qps();
                if (qps <= best * 1.03) {
                    steadySeconds = (System.nanoTime() - first) / 1e9;
                }
                best = Math.max(best, qps);
            }
            return row.with("reopen_ms", (opened - start) / 1e6).with("pages_dropped", cold ? "yes" : "no")
                    .with("first_query_us", (first - opened) / 1e3).with("steady_s", steadySeconds);
        }
    }
}
