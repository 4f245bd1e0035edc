package dev.kith.internal.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.kith.Options;
import dev.kith.Record;
import dev.kith.Schema;
import dev.kith.core.batch.BatchScorers;
import dev.kith.core.Metric;
import dev.kith.internal.format.Operation;
import dev.kith.internal.format.RecordCodec;
import dev.kith.internal.index.Analyzers;
import dev.kith.internal.index.DocumentMapper;
import dev.kith.internal.index.MemoryBudget;
import dev.kith.internal.model.NumberedSchema;
import dev.kith.internal.view.Entry;
import dev.kith.internal.view.Generation;
import dev.kith.internal.view.IdLookup;
import dev.kith.internal.view.View;
import dev.kith.storage.Vfs;
import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.UUID;
import org.apache.lucene.analysis.Analyzer;
import org.apache.lucene.index.DirectoryReader;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A write may come between the freezing of the recent writes and the opening of the reader that holds them. The steps are taken
/// here one by one in that order, which a running collection meets only by chance.
class RecentTest {
    @TempDir Path folder;
    private final NumberedSchema schema = NumberedSchema.first(Schema.builder().vector("v", 2, Metric.SQUARED_L2).build());
    private final RecordCodec codec = new RecordCodec(schema);
    private final DocumentMapper mapper = new DocumentMapper(schema);
    private Analyzer analyzer;
    private Segments segments;
    private Recent recent;
    private long sequence;

    @BeforeEach
    void open() throws IOException {
        Options options = Options.defaults();
        analyzer = Analyzers.forSchema(schema);
        BatchScorers none = BatchScorers.open(options.accelerator());
        Setup setup = new Setup(Vfs.local(), folder, "c", new UUID(1, 2), schema, options,
                Accelerators.of(none, options.accelerator()), null, new MemoryBudget(MemoryBudget.UNLIMITED),
                InstantSource.system());
        Vfs.local().createDirectories(setup.index());
        Vfs.local().createDirectories(setup.log());
        Segments.create(setup, analyzer);
        segments = Segments.open(setup, analyzer, new Integrity(setup));
        segments.beginClosing(); // no merges: one that ends is something new too, and hides what is tested here
        Generation.Cores cores = new Generation.Cores(schema);
        recent = new Recent(schema, Generation.of(segments.reader(), cores), cores, 0);
    }

    @AfterEach
    void close() throws IOException {
        recent.close();
        segments.close();
        analyzer.close();
    }

    private void upsert(String id, float x) throws IOException {
        Record record = Record.builder(id).vector("v", new float[]{x, 0}).build();
        byte[] source = codec.source(record);
        if (recent.apply(new Operation.Upsert(record, source), source.length, ++sequence)) {
            segments.replace(id, mapper.document(record, source, sequence));
        } else {
            segments.add(mapper.document(record, source, sequence));
        }
        recent.publish(sequence);
    }

    private void delete(String id) throws IOException {
        assertTrue(recent.apply(new Operation.Delete(id), 0, ++sequence));
        segments.delete(id);
        recent.publish(sequence);
    }

    private @Nullable Generation opened() throws IOException {
        DirectoryReader newer = segments.newer(recent.generation().reader());
        return newer == null ? null : Generation.of(newer, recent.cores());
    }

    private void expect(String id, boolean there) throws IOException {
        View view = recent.views().acquire();
        assertNotNull(view);
        try {
            Entry entry = view.recent(id);
            Generation.Place place = new IdLookup(view.generation()).find(id);
            int copies = entry != null && entry.record() != null ? 1 : 0;
            if (place != null) {
                long[] live = view.generation().leaves().get(place.leaf()).live(view.position());
                boolean seen = live == null || (live[place.document() >> 6] >>> place.document() & 1) != 0;
                copies += seen ? 1 : 0;
            }
            assertEquals(there ? 1 : 0, copies, id);
        } finally {
            view.release();
        }
    }

    private void expectAll() throws IOException {
        expect("kept", true);
        expect("replaced", true);
        expect("deleted", false);
        expect("new", true);
    }

    /// The reader in use holds writes that are frozen only later.
    private void letWritesSlipIn() throws IOException {
        upsert("kept", 1);
        upsert("replaced", 2);
        upsert("deleted", 3);
        recent.rotate();
        recent.refreshed(opened());
        recent.rotate();
        upsert("new", 4);
        upsert("replaced", 5);
        delete("deleted");
        Generation early = opened();
        assertNotNull(early);
        // Lucene may count the writing of deletes as a change; here the reader is one after which nothing is left to write
        for (DirectoryReader next; (next = segments.newer(early.reader())) != null;) {
            early.release();
            early = Generation.of(next, recent.cores());
        }
        recent.refreshed(early);
        expectAll();
    }

    @Test
    void writesThatSlippedIntoTheReaderAreSeenOnceTheyAreNoLongerRecent() throws IOException {
        letWritesSlipIn();
        View before = recent.views().acquire();
        assertNotNull(before);
        recent.rotate();
        assertNull(opened(), "Lucene has nothing that the reader lacks");
        assertTrue(recent.frozenWrites());
        recent.refreshed(recent.generation().anew(recent.cores()));
        expectAll();
        assertEquals(0, recent.current().size());
        before.release();
        upsert("kept", 6); // the shared reader outlives the generation before, and still takes masks
        expectAll();
        recent.rotate();
        recent.refreshed(opened());
        expectAll();
    }

    @Test
    void writesAfterTheFreezingHideWhatTheReaderHolds() throws IOException {
        letWritesSlipIn();
        recent.rotate();
        assertNull(opened());
        delete("new");
        recent.refreshed(recent.generation().anew(recent.cores()));
        expect("new", false);
        expect("replaced", true);
    }

    @Test
    void aWriteThatNoReaderHoldsDoesNotVanish() throws IOException {
        letWritesSlipIn();
        upsert("newer", 7);
        recent.rotate();
        Generation same = recent.generation().anew(recent.cores());
        assertThrows(IllegalStateException.class, () -> recent.refreshed(same));
        expect("newer", true);
        same.release();
        assertThrows(IllegalStateException.class, () -> recent.refreshed(null));
        expect("newer", true);
    }
}
