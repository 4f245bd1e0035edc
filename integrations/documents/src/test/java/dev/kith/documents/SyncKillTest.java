package dev.kith.documents;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.kith.Database;
import dev.kith.Kith;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A sync is killed in the middle: what it had embedded is embedded again, or half of it is seen.
class SyncKillTest {
    private static final int CHUNKS = Integer.getInteger("kith.sync.chunks", 4_000); // as a user would: 20000
    private static final int CHANGED = 200;
    private static final int BATCH = 10;

    @TempDir Path folder;

    static Stream<Chunk> chunks(int changed) {
        return java.util.stream.IntStream.range(0, CHUNKS)
                .mapToObj(i -> new Chunk("c" + i, "passage " + i + (i % 20 == 0 && i / 20 < changed ? " as revised" : ""),
                        Map.of("n", i)));
    }

    /// The process that is killed: tells of each batch after it is embedded and on disk.
    static final class Child {
        private Child() {}

        public static void main(String[] arguments) {
            PrintStream out = System.out;
            try (Database database = Kith.open(Path.of(arguments[0]))) {
                Documents documents = Documents.open(database, "docs", DocumentsOptions.of(new TestFunction("m")));
                documents.sync("book", chunks(CHANGED),
                        SyncOptions.defaults().withBatch(BATCH).withProgress(p -> out.println(p.embedded())));
            }
        }
    }

    @Test
    void aKilledSyncGoesOnWhereItWas() throws IOException, InterruptedException {
        try (Database database = Kith.open(folder)) {
            Documents documents = Documents.open(database, "docs", DocumentsOptions.of(new TestFunction("m")));
            assertEquals(CHUNKS, documents.sync("book", chunks(0), SyncOptions.defaults().withBatch(1000)).embedded());
        }
        Process child = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1", "-Xmx512m", "-Dkith.sync.chunks=" + CHUNKS, "-cp",
                System.getProperty("java.class.path"), Child.class.getName(),
                folder.toString()).redirectError(ProcessBuilder.Redirect.DISCARD).start();
        long told = 0;
        try (BufferedReader lines = new BufferedReader(new InputStreamReader(child.getInputStream(), StandardCharsets.UTF_8))) {
            while (told < CHANGED / 2) {
                told = Long.parseLong(lines.readLine());
            }
            child.toHandle().destroyForcibly(); // unlike the process itself, this leaves the pipe to be read to its end
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                told = Long.parseLong(line); // what it still managed
            }
        }
        child.waitFor();

        TestFunction function = new TestFunction("m");
        try (Database database = Kith.open(folder)) {
            Documents documents = Documents.open(database, "docs", DocumentsOptions.of(function));
            SyncReport report = documents.sync("book", chunks(CHANGED), SyncOptions.defaults().withBatch(BATCH));
            assertTrue(told < CHANGED, "the kill came too late to show anything: " + told);
            // What was told of is on disk. One batch more may be, which was not told of yet.
            assertTrue(report.resumed() == told || report.resumed() == told + BATCH, told + " told, " + report);
            assertEquals(CHANGED, report.resumed() + report.embedded());
            assertEquals(report.embedded(), function.asked.size());
            assertEquals(1, report.writes());
            assertEquals(CHUNKS - CHANGED, report.unchanged());
            List<String> wrong = new ArrayList<>();
            List<String> ids = chunks(0).map(Chunk::id).toList();
            Map<String, String> texts = documents.get(ids).stream()
                    .collect(Collectors.toMap(c -> c.chunk().id(), c -> String.valueOf(c.chunk().text())));
            chunks(CHANGED).filter(c -> !String.valueOf(c.text()).equals(texts.get(c.id()))).forEach(c -> wrong.add(c.id()));
            assertEquals(List.of(), wrong);
            assertEquals(new SyncReport(0, 0, CHUNKS, 0, 0, 0, 0),
                    documents.sync("book", chunks(CHANGED), SyncOptions.defaults()));
        }
    }
}
