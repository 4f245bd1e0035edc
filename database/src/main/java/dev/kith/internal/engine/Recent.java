package dev.kith.internal.engine;

import dev.kith.Record;
import dev.kith.internal.format.Operation;
import dev.kith.internal.model.NumberedSchema;
import dev.kith.internal.view.Entry;
import dev.kith.internal.view.Generation;
import dev.kith.internal.view.IdLookup;
import dev.kith.internal.view.Overlay;
import dev.kith.internal.view.View;
import dev.kith.internal.view.Views;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The changing side of what searches see: the reader in use, the overlay that takes new writes and, while a refresh runs, the
/// frozen overlay before it. Every method is called under one lock, but those of [#views()].
final class Recent {
    private final NumberedSchema schema;
    private final Generation.Cores cores;
    private final Views views = new Views();
    private Generation generation;
    private IdLookup lookup;
    private Overlay current;
    private @Nullable Overlay frozen;
    private long position;
    private long sequence;
    private long records;

    Recent(NumberedSchema schema, Generation first, Generation.Cores cores, long sequence) throws IOException {
        this.schema = schema;
        this.cores = cores;
        this.generation = first;
        this.lookup = new IdLookup(first);
        this.current = new Overlay(schema);
        this.sequence = sequence;
        this.records = first.reader().numDocs();
        publish();
    }

    Views views() {
        return views;
    }

    Generation.Cores cores() {
        return cores;
    }

    Generation generation() {
        return generation;
    }

    Overlay current() {
        return current;
    }

    boolean refreshing() {
        return frozen != null;
    }

    long sequence() {
        return sequence;
    }

    /// Takes one operation in; searches see it after [#publish(long)].
    ///
    /// @param version the sequence number of the write
    /// @return whether the id had a record before
    boolean apply(Operation operation, long bytes, long version) throws IOException {
        String id = operation.id();
        long at = position++;
        boolean existed = supersede(id, at);
        switch (operation) {
            case Operation.Upsert(Record record, byte[] _) -> {
                current.add(id, record.withVersion(version), at, bytes);
                records += existed ? 0 : 1;
            }
            case Operation.Delete _ -> {
                if (existed) {
                    current.add(id, null, at, 0);
                    records--;
                }
            }
        }
        return existed;
    }

    /// Hides the record an id has now, wherever it is, from views after `at`.
    private boolean supersede(String id, long at) throws IOException {
        Entry entry = current.latest(id);
        if (entry == null && frozen != null) {
            entry = frozen.latest(id);
        }
        if (entry != null) {
            entry.supersede(at);
            return entry.record() != null;
        }
        Generation.Place place = lookup.find(id);
        if (place != null) {
            generation.mask(place, at);
        }
        return place != null;
    }

    /// Lets searches see everything applied so far, the last of it of that sequence.
    void publish(long upTo) {
        sequence = upTo;
        publish();
    }

    private void publish() {
        List<View.Slice> slices = new ArrayList<>(2);
        if (frozen != null) {
            slices.add(new View.Slice(frozen, frozen.size()));
        }
        if (current.size() > 0) {
            slices.add(new View.Slice(current, current.size()));
        }
        views.publish(new View(generation, slices, new View.Moment(position, sequence, records)));
    }

    /// Freezes the overlay: a reader opened after this holds all that is in it.
    void rotate() {
        if (frozen != null) {
            throw new IllegalStateException("a refresh is under way");
        }
        frozen = current;
        current = new Overlay(schema);
        publish();
    }

    /// Whether the frozen overlay has anything that a reader has to hold.
    boolean frozenWrites() {
        return frozen != null && frozen.size() > 0;
    }

    /// Puts a reader opened after [#rotate()] in the place of the old one and of the frozen overlay. Whatever came since is in
    /// the current overlay and hides what the reader has of the same ids, be it older or, if it slipped in, the same.
    ///
    /// @param newer null if Lucene has nothing new and nothing is frozen
    void refreshed(@Nullable Generation newer) throws IOException {
        Overlay done = frozen;
        if (newer == null) {
            if (done != null && done.size() > 0) {
                throw new IllegalStateException("no reader for " + done.size() + " recent writes");
            }
            frozen = null;
            publish();
        } else {
            IdLookup newLookup = new IdLookup(newer);
            if (done != null && newer.reader() == generation.reader()) {
                checkHeld(done, newLookup);
            }
            for (String id : current.ids()) {
                Generation.Place place = newLookup.find(id);
                if (place != null) {
                    newer.mask(place, 0);
                }
            }
            Generation before = generation;
            generation = newer;
            lookup = newLookup;
            frozen = null;
            publish();
            before.release();
        }
        if (done != null) {
            done.release();
        }
    }

    /// Lucene had nothing new, so every frozen write must have slipped into the reader in use, between the freezing before and its
    /// opening. Were one missing, it would now vanish from searches, so this is looked at and not believed.
    private void checkHeld(Overlay writes, IdLookup reader) throws IOException {
        for (String id : writes.ids()) {
            Entry entry = writes.latest(id);
            boolean held = reader.find(id) != null;
            if (entry != null && held != (entry.record() != null)) {
                throw new IllegalStateException(
                        "Lucene has nothing new, but there are " + writes.size() + " recent writes, and '" + id
                                + "' is " + (held ? "not gone from" : "not in") + " the reader");
            }
        }
    }

    /// Lets go of everything; views in use keep what they need.
    void close() {
        views.close();
        generation.release();
        current.release();
        if (frozen != null) {
            frozen.release();
        }
    }
}
