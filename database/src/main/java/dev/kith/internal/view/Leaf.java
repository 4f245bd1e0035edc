package dev.kith.internal.view;

import dev.kith.core.AcceptOrdinals;
import dev.kith.lucene.KithVectorsReader;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.lucene.index.LeafReader;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.util.Bits;
import org.apache.lucene.util.FixedBitSet;
import org.jspecify.annotations.Nullable;

/// One segment as one generation of readers sees it, less what recent writes replaced. Thread-safe.
public final class Leaf {
    private final LeafReaderContext context;
    private final LeafCore core;
    private final MaskLog masks = new MaskLog();
    private volatile @Nullable Live cached;

    /// The live documents after the first `masks` masks, and what each vector field makes of them.
    private record Live(int masks, long[] words, Map<String, AcceptOrdinals> accepts) {}

    Leaf(LeafReaderContext context, LeafCore core) {
        this.context = context;
        this.core = core;
    }

    /// Lucene's reader.
    public LeafReader reader() {
        return context.reader();
    }

    /// Lucene's context.
    public LeafReaderContext context() {
        return context;
    }

    /// What does not change.
    public LeafCore core() {
        return core;
    }

    /// Number of documents, deleted ones included.
    public int maxDoc() {
        return context.reader().maxDoc();
    }

    void mask(int document, long position) {
        masks.add(document, position);
    }

    /// The documents a view at that position sees, or null if it sees all. Not to be changed.
    public long @Nullable [] live(long position) {
        Live live = liveAt(position);
        return live == null ? null : live.words;
    }

    /// The ordinals of a vector field that a view at that position sees, or null if it sees all.
    public @Nullable AcceptOrdinals accept(String field, KithVectorsReader vectors, long position) {
        Live live = liveAt(position);
        return live == null ? null : live.accepts.computeIfAbsent(field, _ -> vectors.accept(live.words));
    }

    private @Nullable Live liveAt(long position) {
        int count = masks.countBelow(position);
        Bits bits = context.reader().getLiveDocs();
        if (count == 0 && bits == null) {
            return null;
        }
        Live known = cached;
        if (known != null && known.masks == count) {
            return known;
        }
        Live base = known != null && known.masks < count ? known : null;
        long[] words = base == null ? all(bits) : base.words.clone();
        masks.clear(words, base == null ? 0 : base.masks, count);
        Live made = new Live(count, words, new ConcurrentHashMap<>());
        if (known == null || base != null) {
            cached = made; // losing a race costs only the work of making it again
        }
        return made;
    }

    private long[] all(@Nullable Bits bits) {
        int maxDoc = maxDoc();
        if (bits != null) {
            return FixedBitSet.copyOf(bits).getBits();
        }
        FixedBitSet set = new FixedBitSet(maxDoc);
        set.set(0, maxDoc);
        return set.getBits();
    }
}
