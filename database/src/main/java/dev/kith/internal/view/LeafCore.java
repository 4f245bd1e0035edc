package dev.kith.internal.view;

import dev.kith.internal.filter.BoundFilter;
import dev.kith.internal.index.LuceneFields;
import dev.kith.internal.model.NumberedSchema;
import dev.kith.internal.model.NumberedSchema.NumberedField;
import dev.kith.lucene.KithVectorsReader;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.lucene.index.LeafReader;
import org.jspecify.annotations.Nullable;

/// What is true of a segment whatever is deleted in it: its vectors, and which documents match filters asked lately. Shared by
/// all generations of readers that hold the segment. Thread-safe.
public final class LeafCore {
    private static final long CACHE_BYTES = 4L << 20;
    private static final int CACHE_ENTRIES = 64;

    private final Map<String, KithVectorsReader> vectors = new HashMap<>();
    private final LinkedHashMap<BoundFilter, long[]> matches = new LinkedHashMap<>(16, 0.75f, true);
    private long matchBytes;

    LeafCore(LeafReader leaf, NumberedSchema schema) {
        for (NumberedField field : schema.vectorFields()) {
            KithVectorsReader.of(leaf, LuceneFields.name(field)).ifPresent(v -> vectors.put(field.field().name(), v));
        }
    }

    /// The vectors of a field, or null if no document has one.
    public @Nullable KithVectorsReader vectors(String field) {
        return vectors.get(field);
    }

    /// The documents that match a filter if that is known, deleted ones included; not to be changed.
    public long @Nullable [] cachedMatches(BoundFilter filter) {
        synchronized (matches) {
            return matches.get(filter);
        }
    }

    /// Remembers the documents that match a filter.
    public void cacheMatches(BoundFilter filter, long[] words) {
        synchronized (matches) {
            if (matches.put(filter, words) == null) {
                matchBytes += 8L * words.length;
            }
            while ((matchBytes > CACHE_BYTES || matches.size() > CACHE_ENTRIES) && matches.size() > 1) {
                var eldest = matches.pollFirstEntry();
                matchBytes -= 8L * eldest.getValue().length;
            }
        }
    }
}
