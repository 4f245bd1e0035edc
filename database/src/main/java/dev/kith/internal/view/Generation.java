package dev.kith.internal.view;

import dev.kith.internal.model.NumberedSchema;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.WeakHashMap;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexReader;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.search.IndexSearcher;

/// One Lucene reader with what searches need of its leaves. Freed, with the reader, when no view uses it.
public final class Generation extends RefCount {
    private final DirectoryReader reader;
    private final List<Leaf> leaves;
    private final IndexSearcher searcher;

    private Generation(DirectoryReader reader, List<Leaf> leaves) {
        this.reader = reader;
        this.leaves = leaves;
        this.searcher = new IndexSearcher(reader);
        searcher.setQueryCache(null); // leaves remember matches themselves
    }

    /// The parts of segments that outlive a generation. Used by one thread at a time.
    public static final class Cores {
        private final NumberedSchema schema;
        private final Map<IndexReader.CacheKey, LeafCore> byKey = new WeakHashMap<>();

        /// @param schema of the records
        public Cores(NumberedSchema schema) {
            this.schema = schema;
        }

        private LeafCore of(LeafReaderContext context) {
            IndexReader.CacheHelper helper = context.reader().getCoreCacheHelper();
            if (helper == null) {
                return new LeafCore(context.reader(), schema);
            }
            return byKey.computeIfAbsent(helper.getKey(), _ -> new LeafCore(context.reader(), schema));
        }
    }

    /// Takes over the reader.
    public static Generation of(DirectoryReader reader, Cores cores) {
        List<Leaf> leaves = new ArrayList<>();
        for (LeafReaderContext context : reader.leaves()) {
            leaves.add(new Leaf(context, cores.of(context)));
        }
        return new Generation(reader, List.copyOf(leaves));
    }

    /// The same reader, with nothing hidden. This must be in use.
    public Generation anew(Cores cores) {
        reader.incRef();
        return of(reader, cores);
    }

    /// Lucene's reader.
    public DirectoryReader reader() {
        return reader;
    }

    /// All segments.
    public List<Leaf> leaves() {
        return leaves;
    }

    /// For rewriting and weighing queries.
    public IndexSearcher searcher() {
        return searcher;
    }

    /// Hides a document from views at and after the next position.
    public void mask(Place place, long position) {
        leaves.get(place.leaf()).mask(place.document(), position);
    }

    /// Where a document is.
    ///
    /// @param leaf index in [#leaves()]
    public record Place(int leaf, int document) {}

    @Override
    void free() {
        try {
            reader.decRef(); // other generations may share it
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
