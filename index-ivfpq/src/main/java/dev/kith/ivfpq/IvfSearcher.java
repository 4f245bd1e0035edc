package dev.kith.ivfpq;

import dev.kith.core.AcceptOrdinals;
import dev.kith.core.Scorer;
import dev.kith.core.TopK;
import dev.kith.core.pq.BlockScan;
import java.util.Arrays;
import org.agrona.collections.IntHashSet;
import org.jspecify.annotations.Nullable;

/// Searches one index, with scratch that is used again from search to search. Not thread-safe.
///
/// A search goes down three stairs, each for fewer rows at a higher price: codes of the lists visited (about a nanosecond a
/// row), finer codes of the rows kept, exact distances. Between them a row is given up when its bound, the estimate less
/// `confidence` standard errors, is not below the distance of the k-th answer so far.
final class IvfSearcher {
    private static final int BATCH = 32;
    /// Accepted rows scored together where all of them are.
    private static final int PAGE = 512;

    private final IvfData data;
    private final QueryScan query;
    private final ListFilter filter;
    private final CandidatePool pool = new CandidatePool();
    private final IntHashSet answered = new IntHashSet(256);
    private final int[] batch = new int[BATCH];
    private final float[] distances = new float[BATCH];
    private final int[] page = new int[PAGE];
    private final float[] pageDistances = new float[PAGE];
    private SearchEffort effort = SearchEffort.of(1, 1);
    private TopK best = new TopK(1);
    /// Rows whose bound is not below this are not wanted.
    private float below = Float.POSITIVE_INFINITY;
    private int lists;
    private long codes;
    private int refined;
    private int exact;

    IvfSearcher(IvfData data) {
        this.data = data;
        this.query = new QueryScan(data);
        this.filter = new ListFilter(data);
    }

    /// @param farthest rows that are farther are not wanted
    SearchStats search(float[] vector, @Nullable Scorer scorer, SearchEffort wanted, @Nullable AcceptOrdinals accept,
            float farthest, TopK into) {
        boolean listed = begin(vector, scorer, wanted, accept, into);
        below = Math.nextUp(farthest);
        if (listed) {
            visit(scorer);
        }
        return end(scorer, listed, into);
    }

    /// Takes a query; true if lists are to be visited, false if all accepted rows were scored exactly because that is cheaper.
    boolean begin(float[] vector, @Nullable Scorer scorer, SearchEffort wanted, @Nullable AcceptOrdinals accept, TopK into) {
        begin(scorer);
        query.check(vector);
        if (scorer != null && accept != null && ListFilter.exactIsCheaper(accept, data, wanted)) {
            scoreAccepted(scorer, accept, into);
            return false;
        }
        effort = scorer == null ? new SearchEffort(wanted.nprobe(), wanted.candidates(), 0, 0f, 1f) : wanted;
        if (best.capacity() != into.capacity()) {
            best = new TopK(into.capacity());
        }
        best.clear();
        answered.clear();
        filter.begin(accept, effort.nprobe());
        query.begin(vector, filter.nprobe());
        pool.begin(Math.max(effort.candidates(), into.capacity()));
        return true;
    }

    /// The last stairs, and the answers.
    SearchStats end(@Nullable Scorer scorer, boolean listed, TopK into) {
        if (listed) {
            finish(scorer);
            for (long key : best.toSortedKeys()) {
                into.offerKey(key);
            }
        }
        return new SearchStats(lists, codes, refined, exact);
    }

    private void begin(@Nullable Scorer scorer) {
        if (scorer != null && scorer.size() != data.header.size()) {
            throw new IllegalArgumentException(
                    "the scorer has " + scorer.size() + " vectors, the index " + data.header.size());
        }
        below = Float.POSITIVE_INFINITY;
        lists = 0;
        codes = 0;
        refined = 0;
        exact = 0;
    }

    /// Exact distances to all accepted rows: what a selective filter costs at most. Nothing else may be done here, as a hundred rows
    /// take no longer than clearing the scratch of a visit.
    private void scoreAccepted(Scorer scorer, AcceptOrdinals accept, TopK into) {
        int from = 0;
        int n;
        do {
            n = accept.next(from, page);
            n = withinSize(n);
            scorer.score(page, n, pageDistances);
            into.offerAll(page, pageDistances, n);
            exact += n;
            if (n > 0) {
                from = page[n - 1] + 1;
            }
        } while (n == PAGE);
    }

    private int withinSize(int n) {
        int m = n;
        while (m > 0 && page[m - 1] >= data.header.size()) {
            m--;
        }
        return m;
    }

    private void visit(@Nullable Scorer scorer) {
        int nextLook = 1;
        int visited = 0;
        for (int list = query.ranking.next(); list >= 0 && visited < filter.nprobe(); list = query.ranking.next()) {
            if (filter.skips(list)) {
                continue;
            }
            visited++;
            visitPlanned(list);
            if (scorer != null && looksEarly() && lists >= nextLook && pool.size() >= best.capacity()) {
                lookClosely(scorer, best.capacity());
                nextLook = 4 * lists;
            }
        }
    }

    /// The lists this search wants, the nearest of them scanned already and left out.
    int[] planLists(@Nullable Scorer scorer) {
        int[] wanted = new int[filter.nprobe()];
        int n = 0;
        boolean first = true;
        for (int list = query.ranking.next(); list >= 0 && n < wanted.length; list = query.ranking.next()) {
            if (filter.skips(list)) {
                continue;
            }
            if (first) {
                scanList(list);
                first = false;
                if (scorer != null && looksEarly() && pool.size() >= best.capacity()) {
                    lookClosely(scorer, best.capacity());
                }
            } else {
                wanted[n++] = list;
            }
        }
        return Arrays.copyOf(wanted, Math.min(n, Math.max(0, filter.nprobe() - 1)));
    }

    /// Scans a list unless nothing in it can be near enough.
    void visitPlanned(int list) {
        if (effort.reach() == 1 || !outOfReach(list, effort.reach())) {
            scanList(list);
        }
    }

    private boolean looksEarly() {
        return effort.confidence() > 0 || effort.reach() < 1;
    }

    private boolean outOfReach(int list, float reach) {
        return switch (data.shape.metric()) {
            case INNER_PRODUCT -> false;
            case SQUARED_L2, COSINE -> best.size() == best.capacity()
                    && query.neededCosine(list, query.squaredL2(best.worstDistance())) > reach;
        };
    }

    private void scanList(int list) {
        int rows = data.rows(list);
        if (rows == 0) {
            return;
        }
        lists++;
        codes += rows;
        query.beginList(list, effort.confidence());
        int perBlock = data.layout.rows();
        int first = data.firstPlace(list);
        int endBlock = (first + rows - 1) / perBlock + 1;
        for (int b = first / perBlock; b < endBlock; b += BlockScan.MAX_BLOCKS) {
            int kept = query.scanBlocks(b, Math.min(BlockScan.MAX_BLOCKS, endBlock - b), threshold());
            for (int i = 0; i < kept; i++) {
                float bound = query.scan.bounds[i];
                int place = b * perBlock + query.scan.places[i];
                // the first and the last block may hold rows of the neighbouring lists
                if (bound < pool.worst() && place >= first && place - first < rows) {
                    if (filter.accepts(query.ordinal(place))) {
                        pool.offer(bound, place, list);
                    }
                }
            }
        }
    }

    /// Bounds prune against the exact k-th distance; plain estimates may not, since half of them are too large.
    private float threshold() {
        return effort.confidence() > 0 ? Math.min(Math.min(pool.worst(), best.worstDistance()), below) : pool.worst();
    }

    /// Exact distances of the `count` best of the pool, for a k-th distance to prune by.
    private void lookClosely(Scorer scorer, int count) {
        long[] keys = pool.sorted();
        int n = 0;
        for (int i = 0; i < keys.length && i < count; i++) {
            n = collect(scorer, query.ordinal(pool.place(keys[i])), n);
        }
        score(scorer, n);
    }

    private void finish(@Nullable Scorer scorer) {
        long[] keys = pool.sorted();
        if (query.hasFinerCodes()) {
            keys = refine(keys);
        }
        if (scorer == null) {
            for (int i = 0; i < keys.length; i++) {
                int ordinal = query.ordinal(pool.place(keys[i]));
                if (!data.header.spilled() || answered.add(ordinal)) {
                    best.offer(TopK.distance(keys[i]), ordinal);
                }
            }
            return;
        }
        int most = Math.max(effort.rerank(), best.capacity());
        int n = 0;
        for (int i = 0; i < keys.length && exact + n < most; i++) {
            if (effort.confidence() > 0 && TopK.distance(keys[i]) >= best.worstDistance()) {
                break;
            }
            n = collect(scorer, query.ordinal(pool.place(keys[i])), n);
        }
        score(scorer, n);
    }

    /// The pool by the bounds of the finer codes, least first.
    private long[] refine(long[] keys) {
        long[] finer = new long[keys.length];
        int n = 0;
        for (long key : keys) {
            if (effort.confidence() > 0 && TopK.distance(key) >= best.worstDistance()) {
                break;
            }
            float bound = query.finerBound(pool.list(key), pool.place(key), effort.confidence());
            if (!Float.isNaN(bound)) { // a damaged factor gives no number
                finer[n++] = TopK.key(bound, TopK.ordinal(key));
            }
        }
        refined += n;
        finer = Arrays.copyOf(finer, n);
        Arrays.sort(finer);
        return finer;
    }

    /// Puts an ordinal into the batch unless it was scored before; scores the batch when it is full.
    private int collect(Scorer scorer, int ordinal, int n) {
        if (!answered.add(ordinal)) {
            return n;
        }
        batch[n] = ordinal;
        if (n + 1 < BATCH) {
            return n + 1;
        }
        score(scorer, BATCH);
        return 0;
    }

    private void score(Scorer scorer, int n) {
        if (n > 0) {
            scorer.score(batch, n, distances);
            best.offerAll(batch, distances, n);
            exact += n;
        }
    }
}
