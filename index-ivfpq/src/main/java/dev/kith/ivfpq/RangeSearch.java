package dev.kith.ivfpq;

import dev.kith.core.AcceptOrdinals;
import dev.kith.core.Scorer;
import dev.kith.core.TopK;
import dev.kith.core.pq.BlockScan;
import java.util.Arrays;
import org.agrona.collections.IntHashSet;
import org.jspecify.annotations.Nullable;

/// All rows within a distance of one query, from the lists visited. A row is looked at exactly when its bound is within the
/// distance; there may be many, so `candidates` and `rerank` of the effort do not count here. Not thread-safe.
final class RangeSearch {
    private static final int BATCH = 32;

    private final QueryScan query;
    private final ListFilter filter;
    private final IntHashSet seen = new IntHashSet(256);
    private final int[] batch = new int[BATCH];
    private final float[] distances = new float[BATCH];
    private long[] found = new long[64];
    private int size;
    private int waiting;

    RangeSearch(IvfData data) {
        this.query = new QueryScan(data);
        this.filter = new ListFilter(data);
    }

    /// @return keys of [TopK#key], nearest first
    long[] within(float[] vector, float distance, @Nullable Scorer scorer, SearchEffort effort,
            @Nullable AcceptOrdinals accept) {
        if (Float.isNaN(distance)) {
            throw new IllegalArgumentException("distance must be a number");
        }
        filter.begin(accept, effort.nprobe());
        query.begin(vector, filter.nprobe());
        float confidence = scorer == null ? 0f : effort.confidence();
        int visited = 0;
        for (int list = query.ranking.next(); list >= 0 && visited < filter.nprobe(); list = query.ranking.next()) {
            if (!filter.skips(list)) {
                visited++;
                scanList(list, distance, scorer, confidence);
            }
        }
        flush(scorer, distance);
        long[] keys = Arrays.copyOf(found, size);
        Arrays.sort(keys);
        return keys;
    }

    private void scanList(int list, float distance, @Nullable Scorer scorer, float confidence) {
        IvfData data = query.data;
        query.beginList(list, confidence);
        int rows = data.rows(list);
        int perBlock = data.layout.rows();
        int first = data.firstPlace(list);
        int endBlock = rows == 0 ? 0 : (first + rows - 1) / perBlock + 1;
        for (int b = first / perBlock; b < endBlock; b += BlockScan.MAX_BLOCKS) {
            int kept = query.scanBlocks(b, Math.min(BlockScan.MAX_BLOCKS, endBlock - b), Math.nextUp(distance));
            for (int i = 0; i < kept; i++) {
                int place = b * perBlock + query.scan.places[i];
                if (place < first || place - first >= rows) {
                    continue; // a row of a neighbouring list
                }
                float bound = query.scan.bounds[i];
                if (query.hasFinerCodes()) {
                    bound = query.finerBound(list, place, confidence);
                }
                int ordinal = query.ordinal(place);
                if (bound <= distance && filter.accepts(ordinal) && seen.add(ordinal)) {
                    take(ordinal, bound, scorer, distance);
                }
            }
        }
    }

    private void take(int ordinal, float estimate, @Nullable Scorer scorer, float distance) {
        if (scorer == null) {
            add(TopK.key(estimate, ordinal));
            return;
        }
        batch[waiting++] = ordinal;
        if (waiting == BATCH) {
            flush(scorer, distance);
        }
    }

    private void flush(@Nullable Scorer scorer, float distance) {
        if (scorer == null || waiting == 0) {
            return;
        }
        scorer.score(batch, waiting, distances);
        for (int i = 0; i < waiting; i++) {
            if (distances[i] <= distance) {
                add(TopK.key(distances[i], batch[i]));
            }
        }
        waiting = 0;
    }

    private void add(long key) {
        if (size == found.length) {
            found = Arrays.copyOf(found, 2 * size);
        }
        found[size++] = key;
    }
}
