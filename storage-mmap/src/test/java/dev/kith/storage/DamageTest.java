package dev.kith.storage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

class DamageTest {
    @Test
    void noFlippedBitOfAContainerIsBelieved() throws IOException {
        DamageHarness.Outcome outcome = judged(DamageHarness.container());
        assertEquals(outcome.cases, outcome.refused, "every byte of a container is summed");
    }

    @Test
    void noFlippedBitOfAClosedLogIsBelieved() throws IOException {
        DamageHarness.Outcome outcome = judged(DamageHarness.log(true, false));
        assertEquals(0, outcome.shortened);
        assertTrue(outcome.same <= 2 * LogRecordHeader.FRAME_BYTES * 8, "only bits of the last markers are harmless");
    }

    @Test
    void noFlippedBitOfAKilledLogIsBelieved() throws IOException {
        DamageHarness.Outcome outcome = judged(DamageHarness.log(false, true));
        assertEquals(0, outcome.shortened, "the witness knows of the last record");
        assertTrue(outcome.refused > 0);
    }

    @Test
    void aFlippedBitInTheLastRecordOfALogWithoutWitnessIsReported() throws IOException {
        DamageHarness.Outcome outcome = judged(DamageHarness.log(false, false));
        assertTrue(outcome.shortened > 0);
    }

    @Test
    void aLogCutShortOrWithoutAFileIsRefused() throws IOException {
        assertEquals(0, judged(DamageHarness.logLost(false, true)).shortened);
        assertEquals(0, judged(DamageHarness.logLost(true, true)).shortened);
    }

    @Test
    void withoutWitnessALogCutShortGivesAPrefixOrIsRefused() throws IOException {
        assertTrue(judged(DamageHarness.logLost(true, false)).shortened > 0);
    }

    @Test
    void withoutChecksumsTheHarnessNotices() throws ReflectiveOperationException {
        Class<?>[] types = {String.class};
        Mutants blindContainer = Mutants.answer("Checksums", "crc32c", 0);
        assertFalse(blindContainer.violation("DamageHarness", types, "container").isEmpty());
        Mutants blindBlocks = Mutants.empty("Container", "verifyBlocks");
        assertFalse(blindBlocks.violation("DamageHarness", types, "container").isEmpty());
        Mutants blindLog = Mutants.answer("LogRecordHeader", "crc", 0).and(Mutants.answer("LogScanner", "crc", 0));
        assertFalse(blindLog.violation("DamageHarness", types, "log").isEmpty());
        Mutants unvouched = Mutants.answerLong("LogScanner", "vouchedBeyond", -1);
        assertFalse(unvouched.violation("DamageHarness", types, "log").isEmpty());
        Mutants unwitnessed = Mutants.answerLong("LogWitness", "read", 0);
        assertFalse(unwitnessed.violation("DamageHarness", types, "log lost").isEmpty());
        assertEquals("", Mutants.none().violation("DamageHarness", types, "container"));
        assertEquals("", Mutants.none().violation("DamageHarness", types, "log lost"));
    }

    private static DamageHarness.Outcome judged(DamageHarness.Outcome outcome) {
        System.getLogger("kith.test").log(System.Logger.Level.INFO, "{0}", outcome);
        assertEquals(List.of(), outcome.violations);
        assertTrue(outcome.cases > 500);
        return outcome;
    }
}
