package dev.kith.internal.view;

import dev.kith.core.AcceptOrdinals;
import dev.kith.internal.filter.BoundFilter;
import dev.kith.internal.index.LuceneFields;
import dev.kith.internal.index.SegmentCodec;
import dev.kith.internal.model.NumberedSchema;
import dev.kith.internal.model.NumberedSchema.NumberedField;
import dev.kith.lucene.KithVectorsReader;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.lucene.index.LeafReader;
import org.jspecify.annotations.Nullable;

/// What is true of a segment whatever is deleted in it: its vectors, and which documents match filters asked lately. Shared by
/// all generations of readers that hold the segment. Thread-safe.
public final class LeafCore {
    private static final long CACHE_BYTES = 4L << 20;
    private static final int CACHE_ENTRIES = 64;

    private final Map<String, KithVectorsReader> vectors = new HashMap<>();
    private final Map<String, String> choices = new HashMap<>();
    private final LinkedHashMap<BoundFilter, Matches> matches = new LinkedHashMap<>(16, 0.75f, true);
    private long matchBytes;

    LeafCore(LeafReader leaf, NumberedSchema schema) {
        for (NumberedField field : schema.vectorFields()) {
            String name = LuceneFields.name(field);
            KithVectorsReader.of(leaf, name).ifPresent(v -> vectors.put(field.field().name(), v));
            String choice = SegmentCodec.choice(leaf.getFieldInfos(), name);
            if (choice != null) {
                choices.put(field.field().name(), choice);
            }
        }
    }

    /// The vectors of a field, or null if no document has one.
    public @Nullable KithVectorsReader vectors(String field) {
        return vectors.get(field);
    }

    /// Why this segment has the index it has, if [dev.kith.IndexSpec.Auto] chose; else null.
    public @Nullable String choice(String field) {
        return choices.get(field);
    }

    /// The documents of the segment that match a filter, deleted ones included. Thread-safe.
    public static final class Matches {
        private final long[] words;
        private final Map<String, AcceptOrdinals> accepts = new ConcurrentHashMap<>();

        Matches(long[] words) {
            this.words = words;
        }

        /// Bit `i & 63` of word `i >> 6` is document `i`. Not to be changed.
        public long[] words() {
            return words;
        }

        /// The same as ordinals of a vector field; made when first asked for, as counting takes longer than many a search.
        public AcceptOrdinals accept(String field, KithVectorsReader reader) {
            AcceptOrdinals made = accepts.get(field);
            return made != null ? made : accepts.computeIfAbsent(field, _ -> reader.accept(words));
        }
    }

    /// The documents that match a filter, if that is known.
    public @Nullable Matches cachedMatches(BoundFilter filter) {
        synchronized (matches) {
            return matches.get(filter);
        }
    }

    /// Remembers the documents that match a filter.
    public Matches cacheMatches(BoundFilter filter, long[] words) {
        Matches made = new Matches(words);
        synchronized (matches) {
            if (matches.put(filter, made) == null) {
                matchBytes += 8L * words.length;
            }
            while ((matchBytes > CACHE_BYTES || matches.size() > CACHE_ENTRIES) && matches.size() > 1) {
                var eldest = matches.pollFirstEntry();
                matchBytes -= 8L * eldest.getValue().words.length;
            }
        }
        return made;
    }
}
