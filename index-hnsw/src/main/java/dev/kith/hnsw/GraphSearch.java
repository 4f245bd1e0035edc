package dev.kith.hnsw;

import dev.kith.core.AcceptOrdinals;
import dev.kith.core.Scorer;
import dev.kith.core.TopK;
import org.jspecify.annotations.Nullable;

/// The walks over a graph: greedy descent through the upper levels, then best-first search at level 0 (Malkov & Yashunin,
/// algorithms 2 and 5). The unvisited neighbours of a node are gathered first and scored in one bulk call, which keeps
/// the branches of the book-keeping apart from the dense work of the distances.
final class GraphSearch {
    /// Ordinals scored in one call by an exact scan.
    static final int SCAN_BATCH = 128;

    private GraphSearch() {}

    /// Walks from the entry down to `targetLevel + 1` and returns the slot of the nearest node found there, or -1 when the
    /// graph has no such level.
    static int descend(Graph graph, Scorer scorer, int targetLevel, SearchScratch scratch) {
        int slot = graph.header.entrySlot();
        if (slot < 0 || graph.header.maxLevel() <= targetLevel) {
            return slot;
        }
        scratch.batch[0] = graph.upperOrdinal(slot);
        scorer.score(scratch.batch, 1, scratch.distances);
        scratch.scored++;
        float distance = scratch.distances[0];
        for (int level = graph.header.maxLevel(); level > targetLevel; level--) {
            boolean moved = true;
            while (moved) {
                moved = false;
                graph.upperLinks(slot, level, scratch.row);
                int n = Graph.count(scratch.row, graph.m());
                for (int i = 0; i < n; i++) {
                    scratch.batch[i] = graph.upperOrdinal(scratch.row[i]);
                }
                scorer.score(scratch.batch, n, scratch.distances);
                scratch.scored += n;
                for (int i = 0; i < n; i++) {
                    if (scratch.distances[i] < distance) {
                        distance = scratch.distances[i];
                        slot = scratch.row[i];
                        moved = true;
                    }
                }
            }
        }
        return slot;
    }

    /// Where the walk at level 0 begins, by the way down.
    static int entry(Graph graph, Scorer scorer, SearchScratch scratch) {
        int slot = descend(graph, scorer, 0, scratch);
        return slot < 0 ? graph.header.entryOrdinal() : graph.upperOrdinal(slot);
    }

    /// Best-first search at level 0 from `entry`; leaves the nearest `ef` in the pool.
    static void searchLevel0(Graph graph, Scorer scorer, int entry, int ef, SearchScratch scratch) {
        searchLevel0(graph, scorer, entry, ef, null, scratch);
    }

    /// As [#searchLevel0(Graph, Scorer, int, int, SearchScratch)], but the walk may end before, or go on for longer.
    static void searchLevel0(Graph graph, Scorer scorer, int entry, int ef, @Nullable WalkEnd end, SearchScratch scratch) {
        CandidatePool pool = scratch.pool;
        pool.reset(ef);
        start(scorer, entry, scratch);
        pool.insert(scratch.distances[0], entry);
        float limit = Float.POSITIVE_INFINITY;
        // inserts and the mutable index give no end: three at a time, they missed one of a thousand rows of which half were equal
        int most = end == null ? 1 : scratch.together.length;
        while (pool.hasNext()) {
            int taken = 0;
            while (taken < most && pool.hasNext()) {
                if (end != null) {
                    end.visited(pool.nextDistance(), pool.next());
                    limit = end.limit();
                    if (limit < Float.POSITIVE_INFINITY) {
                        pool.grow(WalkEnd.room(ef));
                    }
                    if (pool.nextDistance() > limit) {
                        break;
                    }
                }
                scratch.together[taken++] = pool.expandNext();
            }
            if (taken == 0) {
                return;
            }
            int n = gather(graph, taken, scratch);
            scorer.score(scratch.batch, n, scratch.distances);
            scratch.scored += n;
            float bound = Math.min(limit, pool.bound());
            for (int i = 0; i < n; i++) {
                if (scratch.distances[i] < bound) {
                    pool.insert(scratch.distances[i], scratch.batch[i]);
                    bound = Math.min(limit, pool.bound());
                }
            }
        }
    }

    /// As [#searchLevel0(Graph, Scorer, int, int, SearchScratch)], but only accepted nodes count as results: the walk goes on
    /// until no candidate is nearer than the farthest of as many accepted ones as `results` holds.
    ///
    /// @param budget nodes that may be visited
    /// @return whether it came to its end within the budget
    static boolean searchFiltered(Graph graph, Scorer scorer, int entry, AcceptOrdinals accept, TopK results, long budget,
            SearchScratch scratch) {
        MinHeap open = scratch.open;
        open.clear();
        start(scorer, entry, scratch);
        open.insert(scratch.distances[0], entry);
        if (accept.accepts(entry)) {
            results.offer(scratch.distances[0], entry);
        }
        for (long visits = 0; !open.isEmpty(); visits++) {
            long key = open.pop();
            if (TopK.distance(key) > results.worstDistance()) {
                return true;
            }
            if (visits == budget) {
                return false;
            }
            int n = gather(graph, TopK.ordinal(key), 0, scratch);
            scorer.score(scratch.batch, n, scratch.distances);
            scratch.scored += n;
            for (int i = 0; i < n; i++) {
                if (scratch.distances[i] < results.worstDistance()) {
                    open.insert(scratch.distances[i], scratch.batch[i]);
                    if (accept.accepts(scratch.batch[i])) {
                        results.offer(scratch.distances[i], scratch.batch[i]);
                    }
                }
            }
        }
        return true;
    }

    /// Scores every accepted node.
    static void scan(Scorer scorer, AcceptOrdinals accept, TopK results, SearchScratch scratch) {
        int[] batch = scratch.scanBatch;
        int from = 0;
        int n;
        do {
            n = accept.next(from, batch);
            scorer.score(batch, n, scratch.distances);
            scratch.scored += n;
            results.offerAll(batch, scratch.distances, n);
            from = n == 0 ? from : batch[n - 1] + 1;
        } while (n == batch.length);
    }

    private static void start(Scorer scorer, int entry, SearchScratch scratch) {
        scratch.begin();
        scratch.visited.add(entry);
        scratch.batch[0] = entry;
        scorer.score(scratch.batch, 1, scratch.distances);
        scratch.scored++;
    }

    /// Puts the unvisited neighbours of the nodes taken together into the batch and marks them.
    private static int gather(Graph graph, int taken, SearchScratch scratch) {
        scratch.touched += graph.touchLinks(scratch.together, taken);
        int n = 0;
        for (int t = 0; t < taken; t++) {
            n = gather(graph, scratch.together[t], n, scratch);
        }
        return n;
    }

    /// Puts the unvisited neighbours of `ordinal` into the batch, which holds `n`, and marks them.
    private static int gather(Graph graph, int ordinal, int already, SearchScratch scratch) {
        int[] row = scratch.row;
        int[] batch = scratch.batch;
        graph.links(ordinal, row);
        int n = already;
        for (int i = 0; i < row.length && row[i] != Graph.NONE; i++) {
            if (scratch.visited.add(row[i])) {
                batch[n++] = row[i];
            }
        }
        return n;
    }
}
