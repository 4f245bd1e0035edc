package dev.kith.bench.harness;

import dev.kith.bench.engine.Engine;
import dev.kith.bench.engine.OpenedIndex;
import dev.kith.bench.engine.Searcher;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// Opens an index in a process that has done nothing yet and asks it at once, in the worker's process.
final class ColdLoop {
    private final com.sun.management.OperatingSystemMXBean system = ManagementFactory
            .getPlatformMXBean(com.sun.management.OperatingSystemMXBean.class);
    private final List<ColdStart.Mark> marks = new ArrayList<>();
    private long startNanos;
    private long startCpuNanos;

    /// How an index is opened.
    @FunctionalInterface
    interface Opener {
        /// The opened index, as by [Engine#open].
        OpenedIndex open() throws Exception;
    }

    /// Must be the first that the process does with the engine.
    ColdStart run(Opener opener, float[][] queries, ColdRequest request) throws Exception {
        RunRequest run = request.run();
        int[] numbers = run.queries(queries.length);
        if (numbers.length == 0) {
            throw new IllegalArgumentException("no queries from " + run.first() + " on, there are " + queries.length);
        }
        int[][] answers = new int[numbers.length][];
        int[] ids = new int[run.k()];
        system.getProcessCpuTime(); // so that what it loads is not counted
        startCpuNanos = system.getProcessCpuTime();
        startNanos = System.nanoTime();
        try (OpenedIndex index = opener.open()) {
            Searcher searcher = index.searcher();
            mark(System.nanoTime(), 0);
            long answered = 0;
            long next = startNanos;
            ColdStart.Mark last = marks.getLast();
            while (last.nanos(request.clock()) < run.minNanos() || answered == 0) {
                int q = (int) (answered % numbers.length);
                int found = searcher.search(queries[numbers[q]], run.k(), run.setting(), null, ids);
                if (answered < numbers.length) {
                    answers[q] = Arrays.copyOf(ids, found);
                }
                answered++;
                long now = System.nanoTime();
                if (answered == 1 || now >= next) {
                    last = mark(now, answered);
                    next = startNanos + ((now - startNanos) / request.windowNanos() + 1) * request.windowNanos();
                }
            }
            return new ColdStart(marks, Arrays.copyOf(answers, (int) Math.min(answered, numbers.length)));
        }
    }

    private ColdStart.Mark mark(long now, long answered) {
        ColdStart.Mark mark = new ColdStart.Mark(now - startNanos, system.getProcessCpuTime() - startCpuNanos, answered);
        marks.add(mark);
        return mark;
    }
}
