package dev.kith.hnsw;

import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/// What one search needs besides the index, kept for the next one. Belongs to one search at a time.
final class SearchScratch {
    /// Candidates that walks visit together (decision 0222).
    static final int TOGETHER = 3;

    final VisitedSet visited;
    final CandidatePool pool = new CandidatePool(64);
    final MinHeap open = new MinHeap();
    final int[] row;
    final int[] batch;
    /// Nodes visited together; their neighbours fit in the batch.
    final int[] together;
    final int[] scanBatch = new int[GraphSearch.SCAN_BATCH];
    final float[] distances;
    /// So that no read of what will be needed soon is without a purpose.
    long touched;
    /// Distances computed by the current search.
    long scored;
    /// A node that the current search neither visits nor answers, as if the graph had been built without it; -1 for none.
    int leftOut = -1;

    /// Where the nodes carry codes, else null.
    final @Nullable CodedQuery coded;

    SearchScratch(Graph graph) {
        this(graph.size(), graph.degree(), graph.header.withCodes() ? new CodedQuery(graph) : null);
    }

    SearchScratch(int size, int degree) {
        this(size, degree, null);
    }

    private SearchScratch(int size, int degree, @Nullable CodedQuery coded) {
        this.coded = coded;
        this.visited = new VisitedSet(size);
        this.row = new int[degree];
        this.together = new int[TOGETHER];
        this.batch = new int[Math.max(TOGETHER * degree, GraphSearch.SCAN_BATCH)];
        this.distances = new float[batch.length];
    }

    /// Forgets what was visited by the search before.
    void begin() {
        visited.clear();
        if (leftOut >= 0) {
            visited.add(leftOut);
        }
    }

    /// Scratches waiting for a search; bounded, and without a thread-local, so that a million virtual threads share a few.
    static final class Shelf {
        private static final int PLACES = 2 * Runtime.getRuntime().availableProcessors() + 2;
        private final AtomicReferenceArray<SearchScratch> places = new AtomicReferenceArray<>(PLACES);
        private final Graph graph;

        Shelf(Graph graph) {
            this.graph = graph;
        }

        SearchScratch take() {
            for (int i = 0; i < PLACES; i++) {
                if (places.get(i) != null) {
                    SearchScratch scratch = places.getAndSet(i, null);
                    if (scratch != null) {
                        return scratch;
                    }
                }
            }
            return new SearchScratch(graph);
        }

        /// Keeps the scratch if there is room. A search that failed does not give its scratch back.
        void giveBack(SearchScratch scratch) {
            scratch.visited.clear();
            for (int i = 0; i < PLACES; i++) {
                if (places.get(i) == null && places.compareAndSet(i, null, scratch)) {
                    return;
                }
            }
        }
    }
}
