package dev.kith.storage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.io.IOException;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// `mvn test -pl storage-mmap -am -Dtest=ContainerCrashTest -Dkith.crash.states=2000000 -Dkith.seed=1` runs longer.
class ContainerCrashTest {
    private static final long STATES = Long.getLong("kith.crash.states", 6_000) / 2;
    private static final long FIRST_SEED = Long.getLong("kith.seed", 1);

    @Test
    void noCrashLeavesAHalfFileUnderItsName() throws IOException {
        long states = 0;
        long seed = FIRST_SEED;
        for (; states < STATES; seed++) {
            ContainerCrashHarness.Result result = ContainerCrashHarness.run(seed, STATES - states);
            assertEquals(List.of(), result.violations());
            states += result.states();
        }
        System.getLogger("kith.test").log(System.Logger.Level.INFO, "container: {0} crash states, seeds {1} to {2}: 0 violations",
                states, FIRST_SEED, seed - 1);
    }

    static Stream<Arguments> mutants() {
        return Stream.of(
                Arguments.of("the file is not forced before it is named",
                        Mutants.dropCall("SegmentFileWriter", "finish", "VfsFile", "force")),
                Arguments.of("the folder is not synced",
                        Mutants.dropCall("SegmentFileWriter", "finish", "Vfs", "syncDirectory")));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("mutants")
    void theHarnessNotices(String what, Mutants mutant) throws ReflectiveOperationException {
        String violation = mutant.violation("ContainerCrashHarness", new Class<?>[]{long.class, int.class, long.class}, 1L, 20,
                1_000L);
        assertFalse(violation.isEmpty(), "not noticed: " + what);
    }
}
