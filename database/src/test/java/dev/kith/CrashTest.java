package dev.kith;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Kills a writing process again and again (`kill -9`) at random moments, some of them inside recovery, and looks at what is
/// left: everything acknowledged, nothing that was never written, and of the one operation under way all or nothing.
/// `-Dkith.kills=1500` kills more often; `-Dkith.seed=N` repeats the operations of a run.
class CrashTest {
    private static final int CHAINS = 2;

    @Test
    void aKilledProcessLosesNothingAcknowledgedAndInventsNothing(@TempDir Path folder) throws Exception {
        int kills = Integer.getInteger("kith.kills", 200);
        long seed = Long.getLong("kith.seed", System.nanoTime() >>> 20);
        ChildProcess children = ChildProcess.rehearsed(folder.resolve("classes"), CrashChild.class,
                folder.resolve("rehearsal").toString(), "1",
                "0", "50");
        try (ExecutorService pool = Executors.newFixedThreadPool(CHAINS)) {
            List<Chain> chains = Stream.iterate(0, i -> i + 1).limit(CHAINS)
                    .map(i -> new Chain(children, folder.resolve("db" + i), seed + i, kills / CHAINS)).toList();
            List<Future<Object>> results = pool.invokeAll(chains.stream().map(c -> (Callable<Object>) c::run).toList());
            for (Future<Object> result : results) {
                try {
                    result.get();
                } catch (ExecutionException e) {
                    throw new AssertionError("seed " + seed, e.getCause());
                }
            }
            int inRecovery = chains.stream().mapToInt(c -> c.killedBeforeOpened).sum();
            long acknowledged = chains.stream().mapToLong(c -> c.next).sum();
            System.getLogger("dev.kith").log(System.Logger.Level.INFO,
                    kills + " kills, " + inRecovery + " of them inside open or recovery, "
                            + acknowledged + " operations acknowledged, 0 lost, 0 phantom, seed " + seed);
            assertTrue(acknowledged > kills, "the children hardly wrote: " + acknowledged);
            assertTrue(kills < 50 || inRecovery > 0, "no kill hit a recovery");
        }
    }

    private static final class Chain {
        final ChildProcess children;
        final Path folder;
        final long seed;
        final int kills;
        final Random random;
        final Map<String, Record> model = new TreeMap<>();
        long next;
        int killedBeforeOpened;
        long openMicros = 200_000;

        Chain(ChildProcess children, Path folder, long seed, int kills) {
            this.children = children;
            this.folder = folder;
            this.seed = seed;
            this.kills = kills;
            this.random = new Random(seed);
        }

        Object run() throws Exception {
            for (int i = 0; i < kills; i++) {
                long before = next;
                long acknowledged = killOne();
                for (; next <= acknowledged; next++) {
                    CrashChild.apply(CrashChild.operation(seed, next), model);
                }
                if (i % 4 == 3 || acknowledged >= before) {
                    check("kill " + i);
                }
            }
            return "done";
        }

        /// Starts a child, kills it after a while and gives the last operation it acknowledged.
        private long killOne() throws IOException, InterruptedException {
            Process child = children.start(CrashChild.class, folder.toString(), Long.toString(seed), Long.toString(next))
                    .redirectError(ProcessBuilder.Redirect.DISCARD).start();
            // Counted in acknowledgements, not in time, so that a slow machine kills at the same places.
            CountDownLatch lines = new CountDownLatch(1 + random.nextInt(random.nextBoolean() ? 10 : 60));
            boolean opened = false;
            boolean early = random.nextInt(4) == 0;
            long start = System.nanoTime();
            long delayMicros = early ? random.nextLong(1 + 2 * openMicros) : random.nextLong(4_000);
            Thread killer = new Thread(() -> {
                try {
                    if (!early) {
                        lines.await();
                    }
                    TimeUnit.MICROSECONDS.sleep(delayMicros);
                } catch (InterruptedException e) {
                    // kill at once
                }
                // The handle, because Process.destroyForcibly closes the pipe with acknowledgements still in it.
                child.toHandle().destroyForcibly();
            });
            killer.start();
            long last = next - 1;
            try (BufferedReader output = child.inputReader()) {
                for (String line = output.readLine(); line != null; line = output.readLine()) {
                    lines.countDown();
                    if (line.equals("opened")) {
                        opened = true;
                        openMicros = (3 * openMicros + (System.nanoTime() - start) / 1000) / 4;
                    } else {
                        last = Math.max(last, Long.parseLong(line));
                    }
                }
            }
            killer.interrupt(); // the child is gone, by whatever cause: told below
            killer.join();
            assertTrue(child.waitFor(30, TimeUnit.SECONDS));
            assertEquals(137, child.exitValue(), "the child ended by itself");
            killedBeforeOpened += opened ? 0 : 1;
            return last;
        }

        private void check(String when) {
            try (Database database = Kith.open(folder, CrashChild.OPTIONS)) {
                if (database.collections().isEmpty()) {
                    assertEquals(0, next, when);
                    return;
                }
                Collection collection = database.collection("crash");
                Map<String, Record> found = new TreeMap<>();
                try (Stream<Record> all = collection.scan(Filter.all(), Projection.EVERYTHING)) {
                    all.forEach(r -> assertEquals(null, found.put(r.id(), r), when));
                }
                if (!found.equals(model)) { // the operation under way may have been taken: as a whole
                    CrashChild.apply(CrashChild.operation(seed, next), model);
                    next++;
                    assertEquals(model, found, when + ", operation " + (next - 1));
                }
                assertEquals(model.size(), collection.count(), when);
            }
        }
    }
}
