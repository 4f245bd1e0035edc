package dev.kith.hnsw;

import dev.kith.core.AcceptOrdinals;
import dev.kith.core.Scorer;
import dev.kith.core.TopK;

/// Scans the codes of all accepted nodes, in stages: signs, or over a compact graph codes of four bits, to keep some tens of nodes, codes of
/// eight bits where the graph has them, vectors for the best.
///
/// Codes that cannot tell the nodes apart put the answers anywhere among those kept. Where they can, they stand among the first; where they
/// do not, more are kept, until the vectors may as well be scanned themselves (decision 0223).
final class CodeScan {
    /// One of so many answers may stand in the farther half of what a scan of codes kept.
    private static final int LATE = 5;
    /// How many times as many are kept if more do (decision 0223).
    private static final int MORE = 4;
    /// Accepted nodes for each one kept from which on scanning codes leaves out enough to be better than scanning vectors.
    private static final long WORTHWHILE = 4;

    private final Graph graph;
    private final Scorer scorer;
    private final CodedQuery query;
    private final AcceptOrdinals accept;
    private final SearchScratch scratch;
    private final long accepted;

    /// @param query what stands in it is the query
    /// @param accepted at least as many as are
    CodeScan(Graph graph, Scorer scorer, CodedQuery query, AcceptOrdinals accept, long accepted, SearchScratch scratch) {
        this.graph = graph;
        this.scorer = scorer;
        this.query = query;
        this.accept = accept;
        this.scratch = scratch;
        this.accepted = accepted;
    }

    /// Offers the nearest `k`, if they can be told apart by keeping a small part of what is accepted.
    ///
    /// @return whether it did; if not, nothing was offered, and a scan of the vectors is the cheaper way
    boolean run(int k, int ef, TopK into) {
        query.prepare(); // again, if a walk was tried: cheap beside the scan
        query.prepareScan();
        SignScorer signs = query.signScorer;
        for (long kept = kept(k, ef); accepted > WORTHWHILE * kept; kept *= MORE) {
            TopK candidates = new TopK((int) kept);
            GraphSearch.scan(signs == null ? query.scorer : signs, accept, candidates, scratch);
            long[] keys = candidates.toSortedKeys();
            long[] nearest = Rerank.run(scorer, signs == null ? keys : byCodes(keys, k), k, scratch);
            if (!late(keys, nearest)) {
                for (long key : nearest) {
                    into.offerKey(key);
                }
                return true;
            }
        }
        return false;
    }

    /// The best of what signs kept, by its codes of eight bits.
    private long[] byCodes(long[] keys, int k) {
        TopK best = new TopK(SearchPlan.reranked(graph, k));
        int[] batch = scratch.scanBatch;
        for (int at = 0; at < keys.length; at += batch.length) {
            int n = Math.min(batch.length, keys.length - at);
            for (int i = 0; i < n; i++) {
                batch[i] = TopK.ordinal(keys[at + i]);
            }
            query.scorer.score(batch, n, scratch.distances);
            best.offerAll(batch, scratch.distances, n);
        }
        scratch.scored += keys.length;
        return best.toSortedKeys();
    }

    /// Whether more than a few answers stand in the farther half of the keys, so that others are to be expected beyond them.
    private boolean late(long[] keys, long[] answers) {
        scratch.visited.clear();
        for (long key : answers) {
            scratch.visited.add(TopK.ordinal(key));
        }
        int late = 0;
        for (int i = keys.length / 2; i < keys.length; i++) {
            late += scratch.visited.contains(TopK.ordinal(keys[i])) ? 1 : 0;
        }
        return late > answers.length / LATE;
    }

    /// Candidates that a scan of codes keeps. Signs put places in disorder, so that more of them are kept for harder searches. A
    /// compact graph's vectors may be cold, so that scanning them would read far more from disk than it saves.
    private int kept(int k, int ef) {
        long kept = 4L * k + 40 + (graph.header.coded() ? ef / 2 : 0);
        return (int) Math.min(kept, graph.size());
    }
}
