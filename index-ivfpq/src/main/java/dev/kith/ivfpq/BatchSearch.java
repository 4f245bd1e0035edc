package dev.kith.ivfpq;

import dev.kith.core.AcceptOrdinals;
import dev.kith.core.Scorer;
import dev.kith.core.TopK;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Many queries over each list while its codes are in the cache. Every query first scans its nearest list, which gives it a
/// distance to prune by; then the lists follow in the order of the file, each for all queries that want it. The answers are
/// those of single searches up to rows that only a different order of pruning keeps.
final class BatchSearch {
    private final IvfData data;
    private final List<IvfSearcher> searchers;

    private BatchSearch(IvfData data, List<IvfSearcher> searchers) {
        this.data = data;
        this.searchers = searchers;
    }

    static SearchStats[] search(IvfData data, Supplier<IvfSearcher> shelf, List<Query> queries, SearchEffort effort,
            @Nullable AcceptOrdinals accept) {
        List<IvfSearcher> searchers = queries.stream().map(_ -> shelf.get()).toList();
        return new BatchSearch(data, searchers).run(queries, effort, accept);
    }

    /// One query of a batch.
    ///
    /// @param scorer exact distances to it, or null for estimates
    /// @param into receives its answers
    record Query(float[] vector, @Nullable Scorer scorer, TopK into) {
    }

    private SearchStats[] run(List<Query> queries, SearchEffort effort, @Nullable AcceptOrdinals accept) {
        int n = queries.size();
        boolean[] listed = new boolean[n];
        int[][] wanted = new int[n][];
        int[] counts = new int[data.shape.nlist() + 1];
        for (int i = 0; i < n; i++) {
            Query q = queries.get(i);
            listed[i] = searchers.get(i).begin(q.vector, q.scorer, effort, accept, q.into);
            wanted[i] = listed[i] ? searchers.get(i).planLists(q.scorer) : new int[0];
            for (int list : wanted[i]) {
                counts[list + 1]++;
            }
        }
        for (int l = 0; l + 1 < counts.length; l++) {
            counts[l + 1] += counts[l];
        }
        int[] next = counts.clone();
        int[] byList = new int[counts[data.shape.nlist()]];
        for (int i = 0; i < n; i++) {
            for (int list : wanted[i]) {
                byList[next[list]++] = i;
            }
        }
        for (int l = 0; l < data.shape.nlist(); l++) {
            for (int j = counts[l]; j < counts[l + 1]; j++) {
                searchers.get(byList[j]).visitPlanned(l);
            }
        }
        SearchStats[] stats = new SearchStats[n];
        Arrays.setAll(stats, i -> searchers.get(i).end(queries.get(i).scorer, listed[i], queries.get(i).into));
        return stats;
    }

    static List<Query> queries(float[][] vectors, Scorer @Nullable [] scorers, TopK[] into) {
        if (into.length != vectors.length || (scorers != null && scorers.length != vectors.length)) {
            throw new IllegalArgumentException("as many scorers and results as queries are needed: " + vectors.length);
        }
        Query[] queries = new Query[vectors.length];
        Arrays.setAll(queries, i -> new Query(vectors[i], scorers == null ? null : scorers[i], into[i]));
        return List.of(queries);
    }
}
