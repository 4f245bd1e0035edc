package dev.kith.storage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// A crash test that passes proves nothing unless it fails on a broken log. Each of these breaks one thing that keeps
/// records safe; the harness must see every one.
class LogMutantTest {
    private static final int SEEDS = Integer.getInteger("kith.mutant.seeds", 40);
    private static final Class<?>[] TYPES = {long.class, int.class, long.class};
    private static final long STATES_PER_SEED = 1_500;
    /// How often the first seed is tried alone before the others are: threads decide which states a workload passes through.
    private static final int TRIES = 12;

    static Stream<Arguments> mutants() {
        return Stream.of(
                Arguments.of("log records are not forced", Mutants.dropCall("LogFileWriter", "force", "VfsFile", "force"), 1L),
                Arguments.of("acknowledged before forced", Mutants.dropCall("LogWorker", "forceIfDue", "LogFileWriter", "force"),
                        1L),
                Arguments.of("a new file is not forced before it is named",
                        Mutants.dropCall("LogFileWriter", "publish", "LogFileWriter", "force"), 1L),
                Arguments.of("the folder is not synced after a rename",
                        Mutants.dropCall("LogFileWriter", "publish", "Vfs", "syncDirectory"), 1L),
                Arguments.of("the folder is not synced before recovery builds on it",
                        Mutants.dropCall("LogRecovery", "open", "Vfs", "syncDirectory"), 17L),
                Arguments.of("the parent folder is not synced",
                        Mutants.dropCall("WriteAheadLog", "prepareFolder", "Vfs", "syncDirectory"), 1L),
                Arguments.of("the file is not forced before its successor begins",
                        Mutants.dropCall("LogWorker", "rollOver", "LogFileWriter", "force"), 7L),
                Arguments.of("the log is not forced at close", Mutants.dropCall("LogWorker", "finish", "LogFileWriter", "force"),
                        1L),
                Arguments.of("unvouched records are not copied", Mutants.empty("LogRecovery", "copyTail"), 1L),
                Arguments.of("recovery trusts the page cache",
                        Mutants.redirectCall("LogRecovery", "vouched", "durableSequence", "sequence"), 1L),
                Arguments.of("records are not summed",
                        Mutants.answer("LogRecordHeader", "crc", 0).and(Mutants.answer("LogScanner", "crc", 0)), 1L),
                Arguments.of("recovery writes on in the old numbers",
                        Mutants.dropCall("LogRecovery", "makeDurable", "LogFileWriter", "publish"), 1L),
                Arguments.of("the witness speaks of what is not written yet",
                        Mutants.redirectCall("LogWorker", "forcedAll", "written", "appended"), 1L),
                Arguments.of("discarding takes a file too many",
                        Mutants.answerLong("LogRecovery$ClosedFile", "lastSequence", 0), 7L));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("mutants")
    void theHarnessNotices(String what, Mutants mutant, long firstSeed) throws ReflectiveOperationException {
        String violation = "";
        for (int i = 0; i < TRIES && violation.isEmpty(); i++) {
            violation = mutant.violation("LogCrashHarness", TYPES, firstSeed, 1, STATES_PER_SEED);
        }
        if (violation.isEmpty()) {
            violation = mutant.violation("LogCrashHarness", TYPES, firstSeed + 1, SEEDS, STATES_PER_SEED);
        }
        assertFalse(violation.isEmpty(), "not noticed: " + what);
        System.getLogger("kith.test").log(System.Logger.Level.INFO, "{0}: noticed as {1}", what, violation);
    }

    @Test
    void theUnbrokenLogPassesInTheSameLoader() throws ReflectiveOperationException {
        assertEquals("", Mutants.none().violation("LogCrashHarness", TYPES, 1L, 2, 500L));
    }
}
