package dev.kith.internal.search;

import dev.kith.Explanation.PartPlan;
import dev.kith.Explanation.Strategy;
import dev.kith.Field;
import dev.kith.core.TopK;
import dev.kith.internal.format.MalformedBytesException;
import dev.kith.internal.format.WideCodec;
import dev.kith.internal.index.LuceneFields;
import dev.kith.internal.model.NumberedSchema.NumberedField;
import dev.kith.internal.view.Entry;
import dev.kith.internal.view.Leaf;
import dev.kith.internal.view.View;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.apache.lucene.index.BinaryDocValues;
import org.apache.lucene.index.CorruptIndexException;
import org.apache.lucene.search.DocIdSetIterator;
import org.apache.lucene.util.BytesRef;
import org.jspecify.annotations.Nullable;

/// The best records of a view by one sparse or multi-vector field, each scored exactly.
final class WideSearch implements ClauseSearch {
    private static final int BETWEEN_CHECKS = 256;
    private final Moment moment;
    private final NumberedField field;
    private final Measure measure;
    private long distances;

    /// How a query compares with a value.
    interface Measure {
        /// Minus the score; positive infinity if they cannot be compared.
        float distance(Object value);

        /// The same of a value as it is stored; one that need not make an object of each does not.
        default float distance(Field field, BytesRef stored) throws MalformedBytesException {
            return distance(WideCodec.decode(field, ByteBuffer.wrap(stored.bytes, stored.offset, stored.length)));
        }

        /// The documents of a segment worth comparing, ascending; null for all with a value.
        @Nullable
        DocIdSetIterator documents(Leaf leaf) throws IOException;

        /// Why those.
        String why();
    }

    private interface Scored {
        void take(int item, float distance) throws IOException;
    }

    WideSearch(Moment moment, NumberedField field, Measure measure) {
        this.moment = moment;
        this.field = field;
        this.measure = measure;
    }

    @Override
    public long distances() {
        return distances;
    }

    @Override
    public Candidates run(int k) throws IOException {
        Candidates candidates = Candidates.empty();
        List<Leaf> leaves = moment.view().generation().leaves();
        int sources = leaves.size() + moment.view().slices().size();
        for (int source = 0; source < sources; source++) {
            long start = System.nanoTime();
            long before = distances;
            int items = source < leaves.size() ? leaves.get(source).maxDoc() : slice(source).count();
            if (items == 0) {
                continue;
            }
            int wanted = (int) Math.min(k + 1L, items);
            moment.guard().charge(64L * wanted);
            TopK best = new TopK(wanted);
            scan(source, (item, distance) -> best.offer(distance, item));
            if (best.size() > k) {
                candidates.cuts().add(new Cut(source, best.worstDistance()));
            }
            for (long key : best.toSortedKeys()) {
                candidates.found().add(new Found(source, TopK.ordinal(key), TopK.distance(key)));
            }
            note(source, items, distances - before, best.size(), System.nanoTime() - start);
        }
        return candidates;
    }

    private void note(int source, int items, long scored, int found, long nanos) {
        Trace trace = moment.trace();
        if (trace != null) {
            String name = source < moment.segments()
                    ? HitLoader.segmentName(moment.view().generation().leaves().get(source))
                    : "recent";
            trace.part(new PartPlan(name, items, (int) scored, Strategy.EXACT, measure.why(), 0, scored, found, nanos));
        }
    }

    private View.Slice slice(int source) {
        return moment.view().slices().get(source - moment.segments());
    }

    private void scan(int source, Scored into) throws IOException {
        if (source < moment.segments()) {
            scanLeaf(moment.view().generation().leaves().get(source), into);
            return;
        }
        View.Slice slice = slice(source);
        for (int i = 0; i < slice.count(); i++) {
            Entry entry = slice.overlay().entry(i);
            Object value = entry.record() == null ? null : entry.record().field(field.field().name());
            if (value != null && moment.accepts(entry)) {
                offer(i, value, into);
            }
        }
    }

    private void scanLeaf(Leaf leaf, Scored into) throws IOException {
        BinaryDocValues values = leaf.reader().getBinaryDocValues(LuceneFields.name(field));
        if (values == null) {
            return;
        }
        long[] visible = moment.matches().visible(leaf);
        DocIdSetIterator documents = measure.documents(leaf);
        DocIdSetIterator all = documents == null ? values : documents;
        for (int doc = all.nextDoc(); doc != DocIdSetIterator.NO_MORE_DOCS; doc = all.nextDoc()) {
            boolean accepted = visible == null || (visible[doc >> 6] & 1L << doc) != 0;
            if (accepted && (documents == null || values.advanceExact(doc))) {
                take(doc, distance(values.binaryValue(), leaf, doc), into);
            }
        }
    }

    private float distance(BytesRef stored, Leaf leaf, int doc) throws IOException {
        try {
            return measure.distance(field.field(), stored);
        } catch (MalformedBytesException e) {
            throw new CorruptIndexException("field " + field.field().name() + " of document " + doc + " " + e.getMessage(),
                    leaf.reader().toString(), e);
        }
    }

    private void offer(int item, Object value, Scored into) throws IOException {
        take(item, measure.distance(value), into);
    }

    private void take(int item, float distance, Scored into) throws IOException {
        if (++distances % BETWEEN_CHECKS == 0) {
            moment.guard().check();
        }
        if (distance != Float.POSITIVE_INFINITY) {
            into.take(item, distance + 0f);
        }
    }

    @Override
    public void tied(Cut cut, int k, Places places) throws IOException {
        scan(cut.source(), (item, distance) -> {
            if (distance == cut.distance()) {
                places.take(item);
            }
        });
    }

    /// Scores the given places; those that cannot be compared are left out.
    List<Found> score(List<Found> candidates) throws IOException {
        List<Found> scored = new ArrayList<>();
        int source = -1;
        BinaryDocValues values = null;
        for (Found one : candidates) { // by place: doc values only move forward
            Scored into = (item, distance) -> scored.add(new Found(one.source(), item, distance));
            if (one.source() >= moment.segments()) {
                var record = slice(one.source()).overlay().entry(one.item()).record();
                Object value = record == null ? null : record.field(field.field().name());
                if (value != null) {
                    offer(one.item(), value, into);
                }
                continue;
            }
            Leaf leaf = moment.view().generation().leaves().get(one.source());
            if (source != one.source()) {
                source = one.source();
                values = leaf.reader().getBinaryDocValues(LuceneFields.name(field));
            }
            if (values != null && values.advanceExact(one.item())) {
                take(one.item(), distance(values.binaryValue(), leaf, one.item()), into);
            }
        }
        return scored;
    }
}
