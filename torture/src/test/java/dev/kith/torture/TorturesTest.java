package dev.kith.torture;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.abort;

import dev.kith.torture.run.Session;
import dev.kith.torture.run.Skipped;
import dev.kith.torture.run.Torture;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// A short run of every torture: seconds each. `./kith torture NAME --for 1h` runs longer; `-Dkith.seed=N` repeats a run.
class TorturesTest {
    /// Enough turns to pass through everything a torture does.
    private static final Map<String, Long> TURNS = Map.ofEntries(Map.entry("kill", 24L), Map.entry("model", 600L),
            Map.entry("crashpoints", 80L), Map.entry("damage", 50L), Map.entry("forged", 40L), Map.entry("soak", 6L),
            Map.entry("powercut", 2L),
            Map.entry("hostile", 4L), Map.entry("guided", 1L), Map.entry("fuzz", 100_000L), Map.entry("mutants", 1L),
            Map.entry("churn", 1L),
            Map.entry("clock", 600L),
            Map.entry("concurrency", 2L), Map.entry("syscalls", 2L));
    private static final long SEED = Long.getLong("kith.seed", System.nanoTime() >>> 16);

    static Stream<String> names() {
        return Tortures.all().keySet().stream().sorted();
    }

    @ParameterizedTest
    @MethodSource("names")
    void aShortRunFindsNothing(String name, @TempDir Path folder) throws Exception {
        List<Logger> quiet = List.of(Logger.getLogger("dev.kith"), Logger.getLogger("org.apache.lucene"));
        quiet.forEach(logger -> logger.setLevel(Level.OFF)); // failures are made on purpose
        Torture torture = Tortures.all().get(name);
        Session.Bounds bounds = new Session.Bounds(TURNS.getOrDefault(name, torture.fewTurns()), Duration.ofDays(1), SEED, 3, 2);
        Session session = new Session(bounds, folder, System.out);
        try {
            torture.run(session);
        } catch (Skipped e) {
            abort(name + " skipped: " + e.getMessage());
        }
        Session.Result result = session.result(name);
        System.out.println(result);
        assertEquals(List.of(), result.violations(), "seed " + SEED);
    }

    @Test
    void aViolationIsToldAndEndsTheRun(@TempDir Path folder) {
        Session session = new Session(new Session.Bounds(10, Duration.ofDays(1), 1, 1, 1), folder, System.out);
        assertEquals(0, session.nextTurn());
        session.violation("made up");
        assertEquals(-1, session.nextTurn());
        assertEquals(List.of("made up"), session.result("test").violations());
        assertEquals(true, session.result("test").toString().endsWith("BROKEN"));
    }
}
