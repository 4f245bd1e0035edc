package dev.kith.lucene;

import dev.kith.core.AcceptOrdinals;
import dev.kith.core.TopK;
import dev.kith.lucene.segment.ExactScan;
import dev.kith.lucene.segment.FieldIndex;
import dev.kith.lucene.segment.FieldQuery;
import dev.kith.lucene.segment.FieldVectors;
import dev.kith.lucene.segment.SearchEffort;
import dev.kith.lucene.segment.SearchStats;
import java.io.IOException;
import org.apache.lucene.search.AcceptDocs;
import org.apache.lucene.search.KnnCollector;
import org.apache.lucene.search.TopKnnCollector;
import org.apache.lucene.search.knn.KnnSearchStrategy;
import org.jspecify.annotations.Nullable;

/// One search on behalf of a Lucene collector.
///
/// Lucene's plain collector without a limit gets the finished answer. Every other collector - with a limit of visited vectors, a
/// timeout, patience, one answer for each parent, all above a similarity - is shown each vector the moment it is scored and may
/// end the search at any time. If at the end of a walk the collector would still take vectors as far away as the farthest found,
/// the walk is repeated with twice the candidates, until it has enough or everything was scanned.
///
/// Of the strategies, `Patience` is heard; the filter threshold of `Hnsw` and the entry points of `Seeded` are advice for
/// another kind of walk and are not used: which way a filtered search goes is decided by the index.
final class CollectorSearch {
    private final FieldVectors field;
    private final LuceneScores scores;
    private final KnnCollector collector;

    CollectorSearch(FieldVectors field, LuceneScores scores, KnnCollector collector) {
        this.field = field;
        this.scores = scores;
        this.collector = collector;
    }

    void run(float[] query, @Nullable AcceptDocs documents) throws IOException {
        AcceptOrdinals accept = DocFilter.of(documents, field.docs());
        FieldQuery checked = field.query(query);
        int k = Math.min(collector.k(), field.size());
        if (collector.getClass() == TopKnnCollector.class && collector.visitLimit() >= Integer.MAX_VALUE) {
            plain(checked, k, accept);
        } else {
            watched(checked, k, accept);
        }
    }

    private void plain(FieldQuery query, int k, @Nullable AcceptOrdinals accept) {
        TopK nearest = new TopK(k);
        SearchStats stats = field.search(query, k, SearchEffort.DEFAULT, accept, nearest);
        collector.incVisitedCount(Math.toIntExact(stats.distances()));
        for (long key : nearest.toSortedKeys()) {
            collect(TopK.ordinal(key), TopK.distance(key));
        }
    }

    private void watched(FieldQuery query, int k, @Nullable AcceptOrdinals accept) {
        int accepted = accept == null ? field.size() : Math.min(accept.cardinality(), field.size());
        FieldIndex index = field.index();
        int candidates = index == null ? accepted : index.candidates(SearchEffort.DEFAULT, k);
        Watcher watcher = new Watcher();
        if (index == null || accepted <= candidates) {
            ExactScan.run(field.scan(query, accept), new Scan(watcher, null));
            return;
        }
        WatchedScorer walk = new WatchedScorer(query.scorer(), accept, watcher);
        try {
            while (true) {
                // the nearest quarter of the candidates is found with hardly a gap; what lies behind it may have gaps
                TopK nearest = new TopK(Math.max(k, candidates / 4));
                index.search(query.with(walk), candidates, SearchEffort.DEFAULT, accept, nearest);
                if (nearest.size() < nearest.capacity()
                        || scores.score(nearest.worstDistance()) <= collector.minCompetitiveSimilarity()) {
                    return;
                }
                candidates = (int) Math.min(2L * candidates, field.size());
                if (accepted <= candidates) {
                    ExactScan.run(field.scan(query, accept), new Scan(watcher, walk));
                    return;
                }
            }
        } catch (WatchedScorer.Stopped _) {
            // the collector has had enough; what it was shown is its answer
        }
    }

    private void collect(int ordinal, float distance) {
        collector.collect(field.docs().docId(ordinal), scores.score(distance));
    }

    /// Shows the collector what a walk scores.
    private final class Watcher implements WatchedScorer.Watcher {
        private final @Nullable KnnSearchStrategy strategy = collector.getSearchStrategy();

        @Override
        public int room() {
            return collector.earlyTerminated()
                    ? 0
                    : (int) Math.min(ExactScan.BATCH, collector.visitLimit() - collector.visitedCount());
        }

        @Override
        public void scored(int count) {
            collector.incVisitedCount(count);
            if (strategy != null) {
                strategy.nextVectorsBlock();
            }
        }

        @Override
        public void take(int[] ordinals, float[] distances, int count) {
            for (int i = 0; i < count; i++) {
                collect(ordinals[i], distances[i]);
            }
        }
    }

    /// Shows the collector what a scan scores, without what a walk before it has shown already.
    private record Scan(Watcher watcher, @Nullable WatchedScorer walk) implements ExactScan.Target {
        @Override
        public int room() {
            return watcher.room();
        }

        @Override
        public void take(int[] ordinals, float[] distances, int count) {
            int n = 0;
            for (int i = 0; i < count; i++) {
                if (walk == null || !walk.seen(ordinals[i])) {
                    ordinals[n] = ordinals[i];
                    distances[n++] = distances[i];
                }
            }
            watcher.scored(count);
            watcher.take(ordinals, distances, n);
        }
    }
}
