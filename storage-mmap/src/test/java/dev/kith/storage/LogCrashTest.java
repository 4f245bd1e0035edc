package dev.kith.storage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/// `mvn test -pl storage-mmap -am -Dtest=LogCrashTest -Dkith.crash.states=2000000 -Dkith.seed=1` runs longer.
class LogCrashTest {
    private static final long STATES = Long.getLong("kith.crash.states", 6_000);
    private static final int THREADS = 4; // a log mostly waits for its own thread
    private static final long FIRST_SEED = Long.getLong("kith.seed", 1);

    @Test
    void noCrashLosesWhatWasAcknowledged() throws Exception {
        AtomicLong states = new AtomicLong();
        AtomicLong kills = new AtomicLong();
        AtomicLong nested = new AtomicLong();
        AtomicLong seed = new AtomicLong(FIRST_SEED);
        try (ExecutorService threads = Executors.newFixedThreadPool(THREADS)) {
            List<Future<?>> runs = new ArrayList<>();
            for (int i = 0; i < THREADS; i++) {
                runs.add(threads.submit(() -> {
                    while (states.get() < STATES) {
                        LogCrashHarness.Result result = LogCrashHarness.run(seed.getAndIncrement(), 3_000);
                        assertEquals(List.of(), result.violations());
                        states.addAndGet(result.states());
                        kills.addAndGet(result.kills());
                        nested.addAndGet(result.nested());
                    }
                    return null;
                }));
            }
            for (Future<?> run : runs) {
                run.get();
            }
        }
        assertTrue(kills.get() > 0 && nested.get() > 0);
        System.getLogger("kith.test").log(System.Logger.Level.INFO,
                "log: {0} crash states, of these {1} kills and {2} crashes of a"
                        + " recovery, seeds {3} to {4}: 0 violations",
                states, kills, nested, FIRST_SEED, seed.get() - 1);
    }
}
