package dev.kith.internal.engine;

import dev.kith.CollectionStats;
import dev.kith.Filter;
import dev.kith.KithException;
import dev.kith.Projection;
import dev.kith.Record;
import dev.kith.VerifyReport;
import dev.kith.internal.index.MemoryBudget;
import dev.kith.internal.model.RecordCheck;
import dev.kith.internal.search.RecordCursor;
import dev.kith.internal.view.Generation;
import dev.kith.internal.view.IdLookup;
import dev.kith.internal.view.Leaf;
import dev.kith.internal.view.View;
import dev.kith.lucene.SegmentIntegrity;
import dev.kith.storage.Vfs;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.lucene.index.FilterLeafReader;
import org.apache.lucene.index.SegmentReader;

/// Numbers and checks over a view.
final class Inspection {
    private Inspection() {}

    static CollectionStats stats(CollectionStore store, View view) throws IOException {
        Vfs vfs = store.setup().vfs();
        long recentBytes = 0;
        for (View.Slice slice : view.slices()) {
            recentBytes += slice.overlay().nativeBytes();
        }
        return new CollectionStats(store.state(), view.records(), view.generation().leaves().size(),
                view.generation().reader().numDeletedDocs(), view.recent(), recentBytes, view.sequence(),
                store.segments().committed(), CollectionStore.bytes(vfs, store.setup().index()),
                CollectionStore.bytes(vfs, store.setup().log()), store.recovery(),
                store.integrity().stats(view.generation(), store.segments().olderCommit()), store.recall().estimates(),
                store.setup().accelerators().stats(), memory(store));
    }

    private static CollectionStats.Memory memory(CollectionStore store) {
        MemoryBudget memory = store.setup().memory();
        return new CollectionStats.Memory(memory.bytes(), memory.building(), memory.mostBuilding(),
                store.segments().givenUp().sentences());
    }

    static VerifyReport verify(CollectionStore store, View view) throws IOException {
        List<String> problems = new ArrayList<>();
        Set<String> files = new HashSet<>();
        for (Leaf leaf : view.generation().leaves()) {
            checkFiles(store, leaf, files, problems);
        }
        long bytes = 0;
        for (String file : files) {
            bytes += store.segments().directory().fileLength(file);
        }
        CollectionStore.LogCheck log = store.checkLog();
        if (log.failure() != null) {
            problems.add(problem(log.failure()));
        }
        return new VerifyReport(files.size() + log.files(), bytes + log.bytes(), checkRecords(store, view, problems), problems);
    }

    private static void checkFiles(CollectionStore store, Leaf leaf, Set<String> files, List<String> problems)
            throws IOException {
        if (FilterLeafReader.unwrap(leaf.reader()) instanceof SegmentReader segment) {
            files.addAll(segment.getSegmentInfo().files());
        }
        try {
            SegmentIntegrity.checkPrimary(leaf.reader());
            Integrity.setDamagedIndexesAside(store.segments(), leaf.reader()).forEach(e -> problems.add(problem(e)));
        } catch (IOException | RuntimeException | InternalError e) {
            problems.add(problem(e));
        }
    }

    private static String problem(Throwable failure) {
        RuntimeException translated = Failures.translate(failure);
        return translated instanceof KithException ? String.valueOf(translated.getMessage()) : translated.toString();
    }

    /// Reads every record and checks that it fits the schema, that its id leads back to it and that there are as many as are
    /// counted.
    private static long checkRecords(CollectionStore store, View view, List<String> problems) {
        long count = 0;
        Set<String> seen = new HashSet<>();
        try {
            RecordCursor cursor = store.searches().cursor(view, store.searches().bind(Filter.all()), Projection.EVERYTHING);
            IdLookup lookup = new IdLookup(view.generation());
            for (Record record = cursor.next(); record != null; record = cursor.next()) {
                count++;
                if (!seen.add(record.id())) {
                    problems.add("record '" + record.id() + "' is there twice");
                }
                if (!RecordCheck.fitAsIs(store.setup().schema().schema(), record).equals(record)) {
                    problems.add("record '" + record.id() + "' does not fit the schema");
                }
                Generation.Place place = lookup.find(record.id());
                if (place == null && view.recent(record.id()) == null) {
                    problems.add("record '" + record.id() + "' is not found by its id");
                }
            }
        } catch (IOException | RuntimeException | InternalError e) {
            problems.add(problem(e));
        }
        if (count != view.records() && problems.isEmpty()) {
            problems.add(count + " records were read, " + view.records() + " are counted");
        }
        return count;
    }
}
