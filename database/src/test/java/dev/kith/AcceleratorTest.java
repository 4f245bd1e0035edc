package dev.kith;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.kith.core.batch.AcceleratorException;
import dev.kith.core.batch.AcceleratorOptions;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// This module has no accelerator on its class path: what is required is missed, what is optional is not.
class AcceleratorTest {
    @Test
    void aRequiredOneThatIsMissingIsAnErrorAndReleasesTheFolder(@TempDir Path folder) {
        Options required = Options.defaults().withAccelerator(AcceleratorOptions.REQUIRED);
        var error = assertThrows(AcceleratorException.class, () -> Kith.open(folder.resolve("db"), required));
        assertEquals("an accelerator is required, but no accelerator module on the class path", error.getMessage());
        try (Database database = Kith.open(folder.resolve("db"), Options.defaults().withAccelerator(AcceleratorOptions.AUTO))) {
            assertTrue(database.collections().isEmpty());
        }
    }
}
