package dev.kith.storage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

/// `mvn test -pl storage-mmap -am -Dtest=LogCrashTest -Dkith.crash.states=2000000 -Dkith.seed=1` runs longer.
class LogCrashTest {
    private static final long STATES = Long.getLong("kith.crash.states", 20_000);
    private static final long FIRST_SEED = Long.getLong("kith.seed", 1);

    @Test
    void noCrashLosesWhatWasAcknowledged() throws IOException {
        long states = 0;
        long kills = 0;
        long nested = 0;
        long seed = FIRST_SEED;
        for (; states < STATES; seed++) {
            LogCrashHarness.Result result = LogCrashHarness.run(seed, Math.min(3_000, STATES - states));
            assertEquals(List.of(), result.violations());
            states += result.states();
            kills += result.kills();
            nested += result.nested();
        }
        assertTrue(kills > 0 && nested > 0);
        System.getLogger("kith.test").log(System.Logger.Level.INFO, "log: {0} crash states, of these {1} kills and {2} crashes of a"
                + " recovery, seeds {3} to {4}: 0 violations", states, kills, nested, FIRST_SEED, seed - 1);
    }
}
