package dev.kith.internal.engine;

import dev.kith.internal.index.LuceneFields;
import dev.kith.internal.model.Lifetimes;
import dev.kith.internal.model.NumberedSchema;
import dev.kith.internal.search.Expired;
import dev.kith.internal.view.Generation;
import dev.kith.internal.view.Leaf;
import java.io.IOException;
import java.time.InstantSource;
import org.apache.lucene.index.SortedNumericDocValues;
import org.apache.lucene.util.LongHeap;

/// When records of a collection end: the instants only, eight bytes for each record that ends; which records those are is asked
/// of the segments and of the recent writes once the time has come ([Expired]). An instant whose record was replaced or
/// deleted costs one question that finds nothing. Thread-safe.
final class Ends {
    private final NumberedSchema schema;
    private final InstantSource clock;
    private final LongHeap instants = new LongHeap(64);
    private volatile long next = Lifetimes.NEVER;

    Ends(NumberedSchema schema, InstantSource clock) {
        this.schema = schema;
        this.clock = clock;
    }

    /// Takes in the records of a reader.
    void addAll(Generation generation) throws IOException {
        for (Leaf leaf : generation.leaves()) {
            SortedNumericDocValues ends = leaf.reader().getSortedNumericDocValues(LuceneFields.END);
            for (int doc = ends == null ? -1 : ends.nextDoc(); ends != null
                    && doc != SortedNumericDocValues.NO_MORE_DOCS; doc = ends.nextDoc()) {
                add(ends.nextValue());
            }
        }
    }

    /// Takes in a record.
    void add(dev.kith.Record record) {
        long end = Lifetimes.endNanos(schema.schema(), record);
        if (end != Lifetimes.NEVER) {
            add(end);
        }
    }

    private synchronized void add(long end) {
        instants.push(end);
        next = instants.top();
    }

    /// Whether a record may have ended by now.
    boolean due() {
        long first = next;
        return first != Lifetimes.NEVER && first <= Lifetimes.nowNanos(clock);
    }

    /// Forgets the instants up to one.
    synchronized void drop(long nowNanos) {
        while (instants.size() > 0 && instants.top() <= nowNanos) {
            instants.pop();
        }
        next = instants.size() == 0 ? Lifetimes.NEVER : instants.top();
    }
}
