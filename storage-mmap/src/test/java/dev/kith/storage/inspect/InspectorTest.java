package dev.kith.storage.inspect;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.kith.storage.CorruptFileException;
import dev.kith.storage.LogOptions;
import dev.kith.storage.MissingFileException;
import dev.kith.storage.UnsupportedFormatException;
import dev.kith.storage.Vfs;
import dev.kith.storage.WriteAheadLog;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class InspectorTest {
    private static final Path GOLDEN = Path.of("src", "test", "resources", "golden");
    private static final Path CONTAINER = GOLDEN.resolve("example.kith");
    private static final Path LOG = GOLDEN.resolve("log").resolve("wal-0000000000000000002.log");

    @TempDir Path folder;

    @Test
    void theExamplesOfTheDocumentationAreTheGoldenFiles() throws IOException {
        assertEquals(example("container.md"), dump(CONTAINER));
        assertEquals(example("log.md"), dump(LOG));
    }

    @Test
    void everyDamageIsShownAndNoneEndsTheDump() throws IOException {
        for (Path golden : List.of(CONTAINER, LOG)) {
            byte[] sound = Files.readAllBytes(golden);
            Path damaged = folder.resolve(golden.getFileName());
            for (int at = 8; at < sound.length; at++) {
                byte[] bytes = sound.clone();
                bytes[at] ^= 0x40;
                Files.write(damaged, bytes);
                String dump = dump(damaged);
                assertTrue(dump.contains("WRONG") || dump.contains("no record begins"), "byte " + at + " of " + golden);
            }
            for (int length = 8; length < sound.length; length++) {
                Files.write(damaged, Arrays.copyOf(sound, length));
                assertFalse(dump(damaged).isEmpty());
            }
        }
    }

    @Test
    void aWitnessIsShownEntryByEntry() throws IOException {
        try (WriteAheadLog log = WriteAheadLog.open(Vfs.local(), folder.resolve("log"), LogOptions.of(new UUID(1, 2)), 0,
                (_, _) -> {})) {
            log.awaitForced(log.append(ByteBuffer.allocate(9)));
            log.awaitForced(log.append(ByteBuffer.allocate(9)));
        }
        Path witness = folder.resolve("log").resolve("DURABLE");
        Files.write(witness, new byte[]{7}, StandardOpenOption.APPEND);
        String dump = dump(witness);
        assertTrue(dump.contains("# durable up to 1\n"), dump);
        assertTrue(dump.contains("# durable up to 2\n"), dump);
        assertTrue(dump.contains("1 bytes that are no entry follow"), dump);
    }

    @Test
    void garbageBehindAMagicIsShown() throws IOException {
        Random random = new Random(11);
        for (int round = 0; round < 200; round++) {
            byte[] bytes = new byte[8 + random.nextInt(400)];
            random.nextBytes(bytes);
            System.arraycopy((round % 2 == 0 ? "KITHCONT" : "KITHWLOG").getBytes(StandardCharsets.US_ASCII), 0, bytes, 0, 8);
            Path file = folder.resolve("garbage");
            Files.write(file, bytes);
            assertFalse(dump(file).isEmpty());
        }
    }

    @Test
    void onlyTheBeginningOfALongContentIsShown() throws IOException {
        StringBuilder out = new StringBuilder();
        Inspector.dump(Vfs.local(), CONTAINER, out, 5);
        assertTrue(out.toString().contains("# 18 more bytes of section 1"));
        assertThrows(IllegalArgumentException.class, () -> Inspector.dump(Vfs.local(), CONTAINER, out, -1));
    }

    @Test
    void otherFilesAreRefused() throws IOException {
        Path other = folder.resolve("other");
        Files.writeString(other, "something else");
        assertThrows(UnsupportedFormatException.class, () -> dump(other));
        Files.writeString(other, "short");
        assertThrows(CorruptFileException.class, () -> dump(other));
        assertThrows(MissingFileException.class, () -> dump(folder.resolve("absent")));
    }

    @Test
    void nothingElseInTheModuleMentionsChronicle() throws IOException {
        try (Stream<Path> classes = Files.walk(Path.of("target", "classes"))) {
            List<Path> mentioning = classes.filter(path -> path.toString().endsWith(".class"))
                    .filter(path -> !path.toString().replace('\\', '/').contains("/storage/inspect/"))
                    .filter(InspectorTest::mentionsChronicle)
                    .toList();
            assertEquals(List.of(), mentioning);
        }
        assertTrue(mentionsChronicle(Path.of("target", "classes", "dev", "kith", "storage", "inspect", "HexDump.class")));
    }

    private static boolean mentionsChronicle(Path path) {
        try {
            String text = Files.readString(path, StandardCharsets.ISO_8859_1);
            return text.contains("openhft") || text.contains("dev/kith/storage/inspect");
        } catch (IOException unreadable) {
            throw new AssertionError(unreadable);
        }
    }

    private static String dump(Path file) throws IOException {
        StringBuilder out = new StringBuilder();
        Inspector.dump(file, out);
        return out.toString();
    }

    private static String example(String document) throws IOException {
        String text = Files.readString(Path.of("..", "docs", "format", document)).replace("\r\n", "\n");
        String start = "shows it:\n\n```text\n";
        int from = text.indexOf(start) + start.length();
        return text.substring(from, text.indexOf("```", from));
    }
}
