package dev.kith.bench.store;

import dev.kith.bench.engine.VectorStore;
import dev.kith.bench.data.VectorSet;
import dev.kith.core.DenseVectors;
import java.io.PrintStream;
import java.lang.foreign.Arena;
import java.util.Arrays;
import java.util.BitSet;
import java.util.SplittableRandom;

/// A store's process: loads, changes, measures, and writes rows to standard output.
public final class StoreWorker {
    private static final long SEED = 11;
    private final StoreTask task;
    private final VectorSet set;
    private final DenseVectors vectors;
    private final StoreProbe probe;
    private final PrintStream out;

    private StoreWorker(StoreTask task, VectorSet set, DenseVectors vectors, PrintStream out) throws Exception {
        this.task = task;
        this.set = set;
        this.vectors = vectors;
        this.probe = new StoreProbe(set, vectors, set.queries(), task.ef());
        this.out = out;
    }

    /// Runs one task; see [StoreTask#arguments()].
    public static void main(String[] args) throws Exception {
        PrintStream rows = System.out;
        System.setOut(System.err);
        StoreTask task = StoreTask.of(args);
        VectorSet set = VectorSet.open(task.set());
        try (Arena arena = Arena.ofShared()) {
            DenseVectors vectors = set.vectors(arena);
            StoreWorker worker = new StoreWorker(task, set, vectors, rows);
            if (task.cycles() > 0) {
                worker.churn();
            } else {
                new LoadRun(task, set, vectors, worker.probe).run(row -> rows.println(row.line()));
            }
        }
        rows.flush();
        System.exit(0); // a library's stray thread must not keep the process
    }

    private void churn() throws Exception {
        SplittableRandom random = new SplittableRandom(SEED);
        BitSet live = new BitSet();
        live.set(0, set.rows());
        try (VectorStore store = task.kind().open(set, task.parameters(), task.folder())) {
            write(store, live.stream().toArray());
            store.settle();
            report("loaded", 0, store, live);
            for (int cycle = 1; cycle <= task.cycles(); cycle++) {
                int[] some = random.ints(0, set.rows()).distinct().limit((long) (set.rows() * task.share())).toArray();
                for (int from = 0; from < some.length; from += task.batch()) {
                    store.delete(Arrays.copyOfRange(some, from, Math.min(some.length, from + task.batch())));
                }
                Arrays.stream(some).forEach(live::clear);
                report("deleted", cycle, store, live);
                write(store, some);
                Arrays.stream(some).forEach(live::set);
                report("re-inserted", cycle, store, live);
            }
            store.settle();
            report("settled", task.cycles(), store, live);
        }
    }

    private void write(VectorStore store, int[] rows) throws Exception {
        for (int from = 0; from < rows.length; from += task.batch()) {
            int[] some = Arrays.copyOfRange(rows, from, Math.min(rows.length, from + task.batch()));
            store.upsert(some, copy(vectors, some));
        }
    }

    static float[][] copy(DenseVectors vectors, int[] rows) {
        float[][] copies = new float[rows.length][vectors.dimension()];
        for (int i = 0; i < rows.length; i++) {
            vectors.copyRow(rows[i], copies[i]);
        }
        return copies;
    }

    private void report(String step, int cycle, VectorStore store, BitSet live) throws Exception {
        StoreProbe.Seen seen = probe.ask(store, live);
        out.println(new StoreRow().with("engine", task.kind().engine()).with("cycle", cycle).with("step", step)
                .with("live", live.cardinality()).with("recall", seen.recall()).with("qps", seen.qps())
                .with("p50_us", seen.p50Micros()).with("p99_us", seen.p99Micros()).line());
        out.flush();
    }
}
