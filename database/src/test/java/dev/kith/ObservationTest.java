package dev.kith;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.kith.core.Metric;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.stream.Collectors;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// An event is missing or wrong, a slow search is not logged, or an observer that fails takes the database with it.
class ObservationTest {
    private static final Logger SLOW = Logger.getLogger("dev.kith.slow");
    @TempDir Path folder;

    private static void use(Database database) {
        Collection collection = database.createCollection("things",
                Schema.builder().vector("v", 2, Metric.COSINE).integer("n").text("t").build());
        for (int i = 0; i < 6; i++) {
            collection.upsert(Record.builder("r" + i).vector("v", new float[]{1, i}).field("n", i).field("t", "word").build());
            if (i % 3 == 2) {
                collection.flush();
            }
        }
        collection.delete(Filter.ge("n", 5));
        collection.search(Query.hybrid("v", new float[]{1, 1}, "t", "word").k(3).filter(Filter.le("n", 3)));
        collection.optimize();
    }

    @Test
    void everyMomentIsAnEventOfTheFlightRecorder() throws IOException {
        List<RecordedEvent> events;
        try (Recording recording = new Recording()) {
            for (String name : List.of("Open", "Search", "Write", "Flush", "Merge")) {
                recording.enable("dev.kith." + name).withoutThreshold();
            }
            recording.start();
            try (Database database = Kith.open(folder.resolve("db"))) {
                use(database);
            }
            recording.stop();
            Path file = folder.resolve("events.jfr");
            recording.dump(file);
            events = RecordingFile.readAllEvents(file);
        }
        Map<String, Long> counts = events.stream()
                .collect(Collectors.groupingBy(e -> e.getEventType().getName(), TreeMap::new, Collectors.counting()));
        assertEquals(1, counts.get("dev.kith.Open"), counts.toString());
        assertEquals(1, counts.get("dev.kith.Search"), counts.toString());
        assertEquals(7, counts.get("dev.kith.Write"), counts.toString());
        assertTrue(counts.get("dev.kith.Flush") >= 2 && counts.get("dev.kith.Merge") >= 1, counts.toString());
        RecordedEvent search = events.stream().filter(e -> e.getEventType().getName().equals("dev.kith.Search")).findFirst()
                .orElseThrow();
        assertEquals("things", search.getString("collection"));
        assertEquals(2, search.getInt("clauses"));
        assertEquals(3, search.getInt("k"));
        assertEquals(3, search.getInt("hits"));
        assertTrue(search.getBoolean("filtered") && search.getDuration().toNanos() > 0);
        RecordedEvent delete = events.stream().filter(e -> e.getEventType().getName().equals("dev.kith.Write"))
                .filter(e -> e.getLong("deletes") == 1).findFirst().orElseThrow();
        assertEquals(0, delete.getLong("upserts"));
    }

    @Test
    void aSlowSearchIsLoggedAndAQuickOneIsNot() {
        List<String> lines = new CopyOnWriteArrayList<>();
        Handler handler = new Handler() {
            @Override
            public void publish(LogRecord line) {
                lines.add(line.getMessage());
            }

            @Override
            public void flush() {}

            @Override
            public void close() {}
        };
        SLOW.addHandler(handler);
        SLOW.setUseParentHandlers(false);
        try {
            Options options = Options.defaults();
            try (Database database = Kith.open(folder.resolve("a"),
                    options.withObservation(Observation.NONE.withSlowSearch(Duration.ofHours(1))))) {
                use(database);
            }
            assertEquals(List.of(), lines);
            try (Database database = Kith.open(folder.resolve("b"),
                    options.withObservation(Observation.NONE.withSlowSearch(Duration.ofNanos(1))))) {
                use(database);
            }
            assertEquals(1, lines.size());
            assertTrue(
                    lines.getFirst().contains("things") && lines.getFirst().contains("'word'")
                            && lines.getFirst().contains("filter"),
                    lines.getFirst());
        } finally {
            SLOW.removeHandler(handler);
            SLOW.setUseParentHandlers(true);
        }
    }

    @Test
    void anObserverThatFailsHarmsNothing() {
        Observer failing = new Observer() {
            @Override
            public void opened(Opened event) {
                throw new IllegalStateException("opened");
            }

            @Override
            public void searched(Searched event) {
                throw new IllegalStateException("searched");
            }

            @Override
            public void written(Written event) {
                throw new IllegalStateException("written");
            }

            @Override
            public void flushed(Flushed event) {
                throw new IllegalStateException("flushed");
            }

            @Override
            public void merged(Merged event) {
                throw new IllegalStateException("merged");
            }
        };
        Logger log = Logger.getLogger("dev.kith");
        log.setUseParentHandlers(false);
        try (Database database = Kith.open(folder.resolve("c"), Options.defaults().withObservation(Observation.of(failing)))) {
            use(database);
            assertEquals(5, database.collection("things").count());
            assertEquals(CollectionStats.State.OPEN, database.collection("things").stats().state());
        } finally {
            log.setUseParentHandlers(true);
        }
    }
}
