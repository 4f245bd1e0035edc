package dev.kith.hnsw;

import dev.kith.core.AcceptOrdinals;
import dev.kith.core.BuildControl;
import dev.kith.core.DenseVectors;
import dev.kith.core.Metric;
import dev.kith.core.Scorer;
import dev.kith.core.TopK;
import dev.kith.core.VectorBytes;
import dev.kith.core.VectorEncoding;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.ArrayDeque;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// A graph in memory that takes and gives up vectors while it is searched. It owns its vectors; a vector has an ordinal from
/// the moment it is added until it is deleted, and ordinals of deleted vectors are given out again.
///
/// Thread-safe. Changes are made one at a time, and searches never wait for them. A search answers from the vectors that were
/// there when it began, all of a change or nothing of it, whatever happens meanwhile; it may miss one whose links are changed
/// while it walks, as any search of a graph may miss one. Memory is taken when the index is made,
/// for its whole capacity, and freed by the garbage collector.
///
/// A deleted vector is not answered any more, but stays in the graph as a place to walk over until an eighth of the graph is
/// deleted; then all of them are taken out at once ([Consolidation]), which takes about as long as inserting as many, and
/// holds up writers but no search; it begins when no search is left that began before the last deletion. Their places are used again when no search is left that began before.
public final class MutableHnswIndex {
    private static final ValueLayout.OfFloat FLOAT_LE = ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final int LEAST_DELETED = 32;
    private static final long READER_PAUSE_NANOS = 50_000;

    private record Freed(int ordinal, long sequence) {}

    private final DenseVectors vectors;
    private final Graph graph;
    private final SearchScratch.Shelf shelf;
    private final Lifetimes lifetimes;
    private final ReaderEpochs readers = new ReaderEpochs();
    private final ReentrantLock writing = new ReentrantLock();
    private final WalkInserter inserter;
    private final ArrayDeque<Integer> deleted = new ArrayDeque<>();
    private final ArrayDeque<Freed> freed = new ArrayDeque<>();
    private int unused;
    private final AtomicLong sequence = new AtomicLong();
    private final AtomicInteger live = new AtomicInteger();

    private MutableHnswIndex(DenseVectors vectors, HnswParameters parameters) {
        this.vectors = vectors;
        this.graph = GraphLayout.empty(vectors, parameters.withRows(NodeRows.LINKS), Arena.ofAuto());
        this.shelf = new SearchScratch.Shelf(graph);
        this.lifetimes = new Lifetimes(vectors.count());
        this.inserter = new WalkInserter(graph, vectors, parameters.efConstruction(), this::stays);
    }

    /// An empty index of float32 vectors.
    ///
    /// @param dimension components of a vector, at least 1
    /// @param capacity most vectors at once, at least 1. The very first stays in the graph when it is deleted, and keeps its place
    /// @param parameters as of [HnswIndex]; nodes carry links only, whatever their rows say
    public static MutableHnswIndex create(Metric metric, int dimension, int capacity, HnswParameters parameters) {
        return create(metric, VectorEncoding.FLOAT32, dimension, capacity, parameters);
    }

    /// An empty index. It keeps of each component what [VectorBytes#nearest(VectorEncoding,float)] says, and all distances are to what it keeps.
    ///
    /// @param dimension components of a vector, at least 1
    /// @param capacity most vectors at once, at least 1. The very first stays in the graph when it is deleted, and keeps its place
    /// @param parameters as of [HnswIndex]; nodes carry links only, whatever their rows say
    public static MutableHnswIndex create(Metric metric, VectorEncoding encoding, int dimension, int capacity,
            HnswParameters parameters) {
        Objects.requireNonNull(metric);
        Objects.requireNonNull(encoding);
        if (dimension < 1 || capacity < 1) {
            throw new IllegalArgumentException(
                    "dimension and capacity must be at least 1, were " + dimension + " and " + capacity);
        }
        Arena arena = Arena.ofAuto();
        long stride = (long) encoding.bytes() * dimension + 63 & -64;
        MemorySegment rows = arena.allocate(Math.multiplyExact(stride, capacity), 64);
        MemorySegment norms = metric == Metric.COSINE ? arena.allocate(4L * capacity, 64) : MemorySegment.NULL;
        return new MutableHnswIndex(new DenseVectors(metric, encoding, dimension, capacity, stride, rows, norms),
                parameters);
    }

    /// How many vectors there are.
    public int size() {
        return live.get();
    }

    /// How many there can be.
    public int capacity() {
        return vectors.count();
    }

    /// The metric of all distances.
    public Metric metric() {
        return vectors.metric();
    }

    /// Whether `ordinal` names a vector that is there.
    public boolean contains(int ordinal) {
        return ordinal >= 0 && ordinal < capacity() && lifetimes.visible(ordinal, sequence.get());
    }

    /// Adds a vector; every search that begins from now on may find it.
    ///
    /// @return its ordinal
    /// @throws IllegalArgumentException if it has another dimension, a component that is not finite or that the encoding cannot keep, or under COSINE no
    ///         direction once it is rounded
    /// @throws IllegalStateException if the index is full
    public int add(float[] vector) {
        float inverseNorm = check(vector);
        writing.lock();
        try {
            int ordinal = insert(vector, inverseNorm);
            live.incrementAndGet();
            sequence.incrementAndGet();
            return ordinal;
        } finally {
            writing.unlock();
        }
    }

    /// Puts a vector in the place of another. No search finds both.
    ///
    /// @return the ordinal of the new vector
    /// @throws IllegalArgumentException as [#add], or if `ordinal` names no vector
    /// @throws IllegalStateException if the index is full: there must be room for one more
    public int replace(int ordinal, float[] vector) {
        float inverseNorm = check(vector);
        writing.lock();
        try {
            if (!contains(ordinal)) {
                throw new IllegalArgumentException("no vector has the ordinal " + ordinal);
            }
            int added = insert(vector, inverseNorm);
            bury(ordinal);
            sequence.incrementAndGet();
            consolidateIfDue();
            return added;
        } finally {
            writing.unlock();
        }
    }

    /// Deletes a vector; no search that begins from now on finds it. Returns whether it was there.
    public boolean delete(int ordinal) {
        writing.lock();
        try {
            if (!contains(ordinal)) {
                return false;
            }
            bury(ordinal);
            live.decrementAndGet();
            sequence.incrementAndGet();
            consolidateIfDue();
            return true;
        } finally {
            writing.unlock();
        }
    }

    /// Offers the nearest `k` vectors that are accepted to `into`, as [HnswIndex#search]; keys carry ordinals.
    ///
    /// @param query of the index's dimension
    /// @param accept asked about ordinals that are there, and must not change the index; null for all
    /// @return how many distances were computed
    public long search(float[] query, int k, int efSearch, @Nullable AcceptOrdinals accept, TopK into) {
        if (k < 1) {
            throw new IllegalArgumentException("k must be at least 1, was " + k);
        }
        if (efSearch < 1) {
            throw new IllegalArgumentException("efSearch must be at least 1, was " + efSearch);
        }
        Scorer scorer = vectors.scorer(query);
        int place = readers.enter(sequence.get());
        try {
            var visible = new Lifetimes.Visible(lifetimes, sequence.get(), capacity(), accept);
            if (live.get() == 0) {
                return 0;
            }
            SearchScratch scratch = shelf.take();
            scratch.scored = 0;
            if (accept == null) {
                walk(scorer, k, Math.max(k, efSearch), visible, into, scratch);
            } else {
                int wanted = Math.min(k, capacity());
                SearchPlan.run(graph, scorer, wanted, Math.min(Math.max(k, efSearch), capacity()), visible, into, scratch);
            }
            long scored = scratch.scored;
            shelf.giveBack(scratch);
            return scored;
        } finally {
            readers.leave(place);
        }
    }

    /// Widens the walk until it has met enough that is visible, or everything.
    private void walk(Scorer scorer, int k, int efSearch, Lifetimes.Visible visible, TopK into, SearchScratch scratch) {
        for (long ef = efSearch;; ef *= 2) {
            int room = (int) Math.min(ef, capacity());
            GraphSearch.searchLevel0(graph, scorer, GraphSearch.entry(graph, scorer, scratch), room, scratch);
            int found = 0;
            for (int i = 0; i < scratch.pool.size(); i++) {
                found += visible.accepts(TopK.ordinal(scratch.pool.key(i))) ? 1 : 0;
            }
            if (found >= k || scratch.pool.size() < room || room == capacity()) {
                int offered = 0;
                for (int i = 0; i < scratch.pool.size() && offered < k; i++) {
                    if (visible.accepts(TopK.ordinal(scratch.pool.key(i)))) {
                        into.offerKey(scratch.pool.key(i));
                        offered++;
                    }
                }
                return;
            }
        }
    }

    /// Copies what is kept of a vector into `target`, of the index's dimension.
    ///
    /// @throws IllegalArgumentException if `ordinal` names no vector
    public void copyVector(int ordinal, float[] target) {
        int place = readers.enter(sequence.get());
        try {
            if (!contains(ordinal)) {
                throw new IllegalArgumentException("no vector has the ordinal " + ordinal);
            }
            vectors.copyRow(ordinal, target);
        } finally {
            readers.leave(place);
        }
    }

    /// What [#verify] found.
    ///
    /// @param vectors how many there are
    /// @param unreachable how many of them no walk can come to
    /// @param notFound how many are not found by a search for themselves
    public record Verification(int vectors, int unreachable, int notFound) {
        /// Whether nothing is wrong.
        public boolean sound() {
            return unreachable == 0 && notFound == 0;
        }
    }

    /// Walks the whole graph and searches for every vector. Writers wait meanwhile.
    ///
    /// @param efSearch effort of the searches
    public Verification verify(int efSearch) {
        writing.lock();
        try {
            var reachable = Connector.reachable(graph);
            int unreachable = 0;
            int notFound = 0;
            for (int ordinal = 0; ordinal < capacity(); ordinal++) {
                if (contains(ordinal)) {
                    unreachable += reachable.get(ordinal) ? 0 : 1;
                    notFound += findsItself(ordinal, efSearch) ? 0 : 1;
                }
            }
            return new Verification(live.get(), unreachable, notFound);
        } finally {
            writing.unlock();
        }
    }

    /// Whether a search for the vector finds it, or one at the same distance.
    private boolean findsItself(int ordinal, int efSearch) {
        float[] query = new float[vectors.dimension()];
        vectors.copyRow(ordinal, query);
        float[] self = new float[1];
        vectors.scorer(query).score(new int[]{ordinal}, 1, self);
        TopK nearest = new TopK(1);
        search(query, 1, efSearch, null, nearest);
        return nearest.size() == 1 && nearest.worstDistance() <= self[0];
    }

    /// Takes deleted vectors out, links vectors that a search for themselves does not find anew, and hangs in what cannot be
    /// reached. Writers wait meanwhile. Returns how many vectors got new links.
    ///
    /// @param efSearch effort of the searches
    public int repair(int efSearch) {
        writing.lock();
        try {
            int mended = consolidate();
            for (int ordinal = 0; ordinal < capacity(); ordinal++) {
                if (contains(ordinal) && !findsItself(ordinal, efSearch)) {
                    inserter.insert(ordinal, slot(ordinal));
                    mended++;
                }
            }
            return mended + new Connector(graph, vectors, BuildControl.NONE, this::stays).connect();
        } finally {
            writing.unlock();
        }
    }

    /// Whether a node is part of the graph: it is live, or the entry, which stays when its vector is deleted.
    private boolean stays(int ordinal) {
        return lifetimes.live(ordinal) || ordinal == graph.header.entryOrdinal() && unused > 0;
    }

    private float check(float[] vector) {
        if (vector.length != vectors.dimension()) {
            throw new IllegalArgumentException(
                    "the vector has " + vector.length + " components, the index " + vectors.dimension());
        }
        for (int i = 0; i < vector.length; i++) {
            if (!Float.isFinite(vector[i])) {
                throw new IllegalArgumentException("component " + i + " must be finite, was " + vector[i]);
            }
        }
        VectorBytes.checkFits(vectors.encoding(), vector);
        double squares = 0;
        for (float x : vector) {
            double kept = VectorBytes.nearest(vectors.encoding(), x);
            squares += kept * kept;
        }
        if (vectors.metric() == Metric.COSINE && squares == 0) {
            throw new IllegalArgumentException("the vector is all zeros"
                    + (vectors.encoding() == VectorEncoding.FLOAT32 ? "" : " as " + vectors.encoding())
                    + ": under COSINE it has no direction");
        }
        return (float) (1 / Math.sqrt(squares));
    }

    /// Writes and links a vector; it becomes visible with the next sequence number.
    private int insert(float[] vector, float inverseNorm) {
        int ordinal = place();
        VectorBytes.write(vectors.encoding(), vector, vectors.rows(), vectors.rowOffset(ordinal));
        if (vectors.metric() == Metric.COSINE) {
            vectors.inverseNorms().set(FLOAT_LE, 4L * ordinal, inverseNorm);
        }
        if (ordinal != graph.header.entryOrdinal()) {
            inserter.insert(ordinal, slot(ordinal));
        }
        lifetimes.begin(ordinal, sequence.get() + 1);
        return ordinal;
    }

    private void bury(int ordinal) {
        lifetimes.end(ordinal, sequence.get() + 1);
        if (ordinal != graph.header.entryOrdinal()) {
            deleted.add(ordinal);
        }
    }

    private int slot(int ordinal) {
        HnswParameters parameters = graph.header.parameters();
        return Levels.of(ordinal, parameters.m(), parameters.seed()) > 0 ? graph.slotOf(ordinal) : -1;
    }

    /// A place for a vector. The entry's is the first.
    private int place() {
        int entry = graph.header.entryOrdinal();
        if (unused < capacity()) {
            int next = unused++;
            return next == 0 ? entry : next <= entry ? next - 1 : next;
        }
        if (freed.isEmpty() && !deleted.isEmpty()) {
            consolidate();
        }
        Freed next = freed.poll();
        if (next == null) {
            throw new IllegalStateException(
                    "the index is full: it holds " + live.get() + " vectors, its capacity is " + capacity());
        }
        awaitSearchesBefore(next.sequence());
        return next.ordinal();
    }

    private void awaitSearchesBefore(long change) {
        while (readers.oldest() < change) {
            LockSupport.parkNanos(READER_PAUSE_NANOS);
        }
    }

    private void consolidateIfDue() {
        if (deleted.size() >= Math.max(LEAST_DELETED, live.get() / 8)) {
            consolidate();
        }
    }

    private int consolidate() {
        awaitSearchesBefore(sequence.get()); // for some of them the deleted vectors are there
        int hung = new Consolidation(graph, vectors, this::stays).run();
        // searches that begin from here on cannot come to the deleted nodes; those that are under way may still be there
        sequence.incrementAndGet();
        for (int ordinal : deleted) {
            freed.add(new Freed(ordinal, sequence.get()));
        }
        deleted.clear();
        return hung;
    }

    /// The graph itself, for the tests of this package.
    Graph graph() {
        return graph;
    }
}
