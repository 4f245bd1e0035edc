package dev.kith.hnsw;

import dev.kith.core.AcceptOrdinals;
import dev.kith.core.BuildControl;
import dev.kith.core.ByteSink;
import dev.kith.core.CorruptBytesException;
import dev.kith.core.HugePages;
import dev.kith.core.DenseVectors;
import dev.kith.core.Metric;
import dev.kith.core.NeighbourCodes;
import dev.kith.core.Scorer;
import dev.kith.core.TopK;
import dev.kith.core.VectorSource;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/// A Hierarchical Navigable Small World graph (Malkov & Yashunin 2016/2018) over the ordinals of a [VectorSource]. It holds
/// links only; vectors stay with their source, and a search brings a [Scorer] for its query.
///
/// Immutable and thread-safe: any number of threads may search. A built index owns its memory, which the garbage collector
/// frees, or whoever gave the build an arena; an opened one reads the memory it was given, which must stay open as long as the index is used. The layout in
/// memory is the one on disk (`docs/format/hnsw.md`), so opening copies nothing.
public final class HnswIndex {
    private final Graph graph;
    private final SearchScratch.Shelf shelf;

    private HnswIndex(Graph graph) {
        this.graph = graph;
        this.shelf = new SearchScratch.Shelf(graph);
    }

    /// Builds a graph over all vectors. The result depends on the vectors and the parameters only,
    /// not on the number of threads.
    ///
    /// @throws dev.kith.core.BuildCancelledException if `control` asks for it
    /// @throws dev.kith.core.BuildMemoryException if it would take more memory than `control` allows
    public static HnswIndex build(VectorSource vectors, HnswParameters parameters, BuildControl control) {
        checkMemory(vectors, parameters, control);
        return finish(GraphBuilder.build(vectors, parameters, null, control), vectors, control);
    }

    /// As [#build(VectorSource, HnswParameters, BuildControl)], with the links of an earlier graph over some of the vectors: only
    /// the others look for neighbours. The result depends on the earlier graph as well.
    ///
    /// @throws IllegalArgumentException if the earlier graph does not fit ([GraphReuse#fits]) or names ordinals there are not
    /// @throws dev.kith.core.BuildCancelledException if `control` asks for it
    /// @throws dev.kith.core.BuildMemoryException if it would take more memory than `control` allows
    public static HnswIndex build(DenseVectors vectors, HnswParameters parameters, GraphReuse reuse, BuildControl control) {
        checkMemory(vectors, parameters, control);
        if (!reuse.fits(vectors, parameters)) {
            throw new IllegalArgumentException("a graph of " + reuse.index().parameters() + " over " + reuse.index().metric()
                    + " of " + reuse.index().dimension() + " components cannot be reused for " + parameters + " over "
                    + vectors.metric() + " of " + vectors.dimension());
        }
        return finish(GraphBuilder.build(vectors, parameters, reuse, control), vectors, control);
    }

    private static void checkMemory(VectorSource vectors, HnswParameters parameters, BuildControl control) {
        HnswParameters resolved = GraphLayout.resolve(vectors, parameters);
        control.checkMemory(buildBytes(vectors.size(), vectors.dimension(), resolved, control.threads()));
    }

    private static HnswIndex finish(Graph graph, VectorSource vectors, BuildControl control) {
        Calibration calibration = Calibration.of(new HnswIndex(graph), vectors, control);
        try (Arena arena = Arena.ofConfined()) {
            GraphHeader header = graph.header.withCalibration(calibration);
            graph.bytes.asSlice(0, GraphHeader.BYTES).copyFrom(header.write(arena));
            return new HnswIndex(new Graph(header, graph.bytes));
        }
    }

    /// Bytes of memory, on and off the heap, that [#build] takes at its peak for so many float vectors, the finished graph included and
    /// the vectors themselves not: within a tenth of what is measured (decision 0205).
    ///
    /// @param count of vectors
    /// @param dimension of the vectors
    /// @param threads of the build
    public static long buildBytes(int count, int dimension, HnswParameters parameters, int threads) {
        NodeRows rows = parameters.rows() != NodeRows.BEST
                ? parameters.rows()
                : dimension >= NodeRows.BEST_CODED_DIMENSION ? NodeRows.CODED : NodeRows.LINKS;
        return new BuildBytes(count, dimension, parameters.withRows(rows), threads).peak();
    }

    /// Reads a saved graph in place, in a time that does not depend on its size: the header is checked, not the links. Links that lead
    /// nowhere are noticed by the search that meets them, which then ends as
    /// [#search(Scorer, int, int, AcceptOrdinals, TopK)] says; no search can leave the memory or loop. [#validate()] looks for
    /// them all; checksums are the container's business.
    ///
    /// @param bytes what [#save(ByteSink)] wrote, at any alignment; 64-byte aligned native memory is fastest
    /// @throws CorruptBytesException if the bytes are not a sound graph
    public static HnswIndex open(MemorySegment bytes) throws CorruptBytesException {
        GraphHeader header = GraphHeader.read(bytes);
        if (header.withCodes()) {
            NeighbourCodes.prepare();
        }
        return new HnswIndex(new Graph(header, bytes.asSlice(0, header.totalBytes())));
    }

    /// Checks every link, which reads a line of memory for each and takes a second for some hundreds of thousands of nodes. For whoever does
    /// not trust the checksums around an opened graph, and before its links are taken over into another ([GraphReuse]).
    ///
    /// @throws CorruptBytesException naming the first that is wrong
    public void validate() throws CorruptBytesException {
        graph.validate();
    }

    /// As [#open(MemorySegment)], but of a copy in native memory that the index owns, in huge pages where the system has them
    /// ([dev.kith.core.HugePages]): faster searches, for [#savedBytes()] bytes of memory that no cache can give back.
    ///
    /// @param bytes what [#save(ByteSink)] wrote; not needed after the call
    /// @throws CorruptBytesException if the bytes are not a sound graph
    public static HnswIndex openResident(MemorySegment bytes) throws CorruptBytesException {
        GraphHeader header = GraphHeader.read(bytes);
        return open(HugePages.copyOf(bytes.asSlice(0, header.totalBytes())));
    }

    /// Writes [#savedBytes()] bytes.
    public void save(ByteSink sink) throws IOException {
        sink.write(graph.bytes);
    }

    /// How many bytes [#save(ByteSink)] writes; also what the graph takes in memory.
    public long savedBytes() {
        return graph.bytes.byteSize();
    }

    /// Offers the nearest `k` nodes that are accepted, found with a candidate list of `max(k, efSearch)`, to `into`. Fewer are
    /// offered only if fewer are accepted.
    ///
    /// @param scorer distances to the query; of the vectors, or their codes, that the graph was built over
    /// @param k how many to offer, at least 1; more than there are nodes is as many as there are
    /// @param efSearch candidates kept during the walk, at least 1: larger finds more and takes longer
    /// @param accept which ordinals may be answered; null for all
    /// @throws IllegalArgumentException if the scorer has not as many vectors as the graph has nodes
    /// @throws UncheckedIOException with a [CorruptBytesException] if an opened graph has a link that leads nowhere
    /// @return how many distances were computed
    public long search(Scorer scorer, int k, int efSearch, @Nullable AcceptOrdinals accept, TopK into) {
        return search(scorer, k, efSearch, accept, -1, into);
    }

    /// As if the graph had been built without one of its nodes, which is the query: what a query that is not in the graph meets. The links to
    /// the node are still there and lead nowhere.
    ///
    /// @param leftOut a node of level 0 that no search starts from
    void searchWithout(int leftOut, Scorer scorer, int k, int efSearch, TopK into) {
        search(scorer, k, efSearch, null, leftOut, into);
    }

    private long search(Scorer scorer, int k, int efSearch, @Nullable AcceptOrdinals accept, int leftOut, TopK into) {
        if (k < 1) {
            throw new IllegalArgumentException("k must be at least 1, was " + k);
        }
        if (efSearch < 1) {
            throw new IllegalArgumentException("efSearch must be at least 1, was " + efSearch);
        }
        if (scorer.size() != graph.size()) {
            throw new IllegalArgumentException(
                    "the scorer has " + scorer.size() + " vectors, the graph " + graph.size() + " nodes");
        }
        if (graph.size() == 0) {
            return 0;
        }
        int ef = Math.min(Math.max(k, efSearch), graph.size());
        SearchScratch scratch = shelf.take();
        scratch.scored = 0;
        scratch.leftOut = leftOut;
        try {
            SearchPlan.run(graph, scorer, Math.min(k, graph.size()), ef, accept, into, scratch);
        } catch (IndexOutOfBoundsException e) {
            throw new UncheckedIOException(linksNowhere(e));
        }
        long scored = scratch.scored;
        shelf.giveBack(scratch);
        return scored;
    }

    /// What a search met: all it reads is checked against the graph's bounds, so a link out of range ends in that exception.
    private CorruptBytesException linksNowhere(IndexOutOfBoundsException e) {
        CorruptBytesException corrupt;
        try {
            graph.validate();
            corrupt = new CorruptBytesException("HNSW graph", 0, "links to nodes in [0, " + graph.size() + ")",
                    String.valueOf(e.getMessage()));
        } catch (CorruptBytesException place) {
            corrupt = place;
        }
        corrupt.addSuppressed(e);
        return corrupt;
    }

    /// The `efSearch` that reaches a mean recall@10 of `recall`, as measured after the build on a sample of the vectors
    /// themselves, each searched for as if it were not in the graph. Queries that are unlike the vectors need more. Where the graph is small, or nothing measured was enough, it
    /// is the number of nodes: the search then scans.
    ///
    /// @param recall in (0, 1)
    public int efSearchFor(double recall) {
        if (!(recall > 0 && recall < 1)) {
            throw new IllegalArgumentException("recall must be in (0, 1), was " + recall);
        }
        return graph.header.calibration().efSearchFor(recall, graph.size());
    }

    /// How many nodes a search can never reach; 0 in every graph that [#build] made.
    public int countUnreachable() {
        return Connector.countUnreachable(graph);
    }

    /// Number of nodes; ordinals are `[0, size)`.
    public int size() {
        return graph.size();
    }

    /// Components of the vectors the graph was built over.
    public int dimension() {
        return graph.header.dimension();
    }

    /// The metric the graph was built for.
    public Metric metric() {
        return graph.header.metric();
    }

    /// What the graph was built with.
    public HnswParameters parameters() {
        return graph.header.parameters();
    }

    /// The graph itself, for the tests of this package.
    Graph graph() {
        return graph;
    }
}
