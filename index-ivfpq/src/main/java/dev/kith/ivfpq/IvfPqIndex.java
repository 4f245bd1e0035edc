package dev.kith.ivfpq;

import dev.kith.core.AcceptOrdinals;
import dev.kith.core.BuildControl;
import dev.kith.core.ByteSink;
import dev.kith.core.CorruptBytesException;
import dev.kith.core.DenseVectors;
import dev.kith.core.Metric;
import dev.kith.core.Scorer;
import dev.kith.core.TopK;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;

/// An inverted-file index over compact codes: every vector stands in the list of its nearest coarse centroid as the code of
/// its residual. A search visits the lists nearest to the query, scans their codes a block at a time, and computes exact
/// distances for the few rows that the codes leave in question.
///
/// The index holds codes only; vectors stay with their source, and a search brings a [Scorer] for its query. Without one the
/// codes' own estimates are answered.
///
/// Immutable and thread-safe. A built index owns its memory, which the garbage collector frees; an opened one reads the memory
/// it was given, which must stay open as long as the index is used. The layout is `docs/format/ivfpq.md`.
public final class IvfPqIndex {
    private static final int SHELF_LIMIT = 16;
    private static final int MEASURED_FROM = 1000;
    /// Settle a recall near 0.95 to about a point.
    private static final int MEASURING_QUERIES = 128;
    private static final int MEASURED_K = 10;

    private final IvfData data;
    private final ConcurrentLinkedQueue<IvfSearcher> shelf = new ConcurrentLinkedQueue<>();

    private IvfPqIndex(IvfData data) {
        this.data = data;
    }

    /// Builds an index over all rows: trains on a seeded sample, then encodes row after row in their order, so rows may be a
    /// mapped file larger than memory. Needs about [IvfBuilder#bytesNeeded] bytes.
    ///
    /// An index of 1,000 rows and more then measures what effort a recall takes, see [#effortFor(double)].
    ///
    /// @throws dev.kith.core.BuildCancelledException if `control` asks for it
    /// @throws dev.kith.core.BuildMemoryException if it might take more memory than `control` allows
    public static IvfPqIndex build(DenseVectors vectors, IvfPqParameters parameters, BuildControl control) {
        control.checkMemory(IvfBuilder.bytesNeeded(vectors.count(), vectors.dimension(), parameters));
        IvfBuilder builder = IvfBuilder.train(vectors, parameters, control);
        builder.addAll(vectors);
        IvfPqIndex built = builder.build();
        return vectors.count() < MEASURED_FROM ? built : built.measureHere(vectors, control);
    }

    /// This index with an [EffortTable] measured on these vectors, such as after a merge. Copies the index's bytes.
    ///
    /// @param vectors those the index holds
    /// @throws dev.kith.core.BuildCancelledException if `control` asks for it
    public IvfPqIndex measured(DenseVectors vectors, BuildControl control) {
        MemorySink sink = new MemorySink(savedBytes());
        sink.write(data.bytes.asSlice(0, savedBytes()));
        try {
            return open(sink.memory()).measureHere(vectors, control);
        } catch (CorruptBytesException e) {
            throw new AssertionError("an open index is sound", e);
        }
    }

    /// Measures, and writes the table into this index's own memory.
    private IvfPqIndex measureHere(DenseVectors vectors, BuildControl control) {
        EffortTable table = EffortTable.measure(this, vectors, MEASURING_QUERIES, MEASURED_K, data.header.seed(), control);
        table.write(data.bytes);
        data.header.write(data.bytes, table.rungs().size(), table.k());
        try {
            return open(data.bytes);
        } catch (CorruptBytesException e) {
            throw new AssertionError("what was written is sound", e);
        }
    }

    /// Reads a saved index in place. Header, model and list table are checked, so that no search can leave the memory;
    /// checksums are the container's business, and [#verify()] reads all the rest.
    ///
    /// @param bytes what [#save(ByteSink)] wrote, native or mapped, at any alignment; 64-byte aligned memory is fastest
    /// @throws CorruptBytesException if the bytes are not a sound index
    public static IvfPqIndex open(MemorySegment bytes) throws CorruptBytesException {
        ListWarmUp.begin();
        return new IvfPqIndex(IvfData.open(bytes));
    }

    /// Writes [#savedBytes()] bytes.
    public void save(ByteSink sink) throws IOException {
        sink.write(data.bytes.asSlice(0, savedBytes()));
    }

    /// How many bytes [#save(ByteSink)] writes.
    public long savedBytes() {
        return data.header.totalBytes();
    }

    /// Bytes that searches touch whatever the query: codes, factors, ordinals, quantized centroids. Float centroids, finer
    /// codes and the table of lists by ordinal are read rarely or in a few places and may stay on disk.
    public long hotBytes() {
        return data.header.centroidCodeBytes() + data.header.groupCodeBytes() + data.lists.byteSize() + data.ordinals.byteSize()
                + data.blocks.byteSize();
    }

    /// Checks every row, reading all bytes.
    ///
    /// @throws CorruptBytesException at the first row that cannot be what was written
    public void verify() throws CorruptBytesException {
        data.verify();
    }

    /// The nearest rows, offered to `into`, whose capacity is k. Fewer are offered only if fewer accepted rows stand in the
    /// lists visited.
    ///
    /// @param query of length [#dimension()]
    /// @param scorer exact (or better) distances to the same query, by ordinal; null answers estimates
    /// @param accept which ordinals may be answered; null for all
    /// @throws IllegalArgumentException if the query's length or the scorer's size is not that of the index, or a component is
    ///         not finite
    public SearchStats search(float[] query, @Nullable Scorer scorer, SearchEffort effort, @Nullable AcceptOrdinals accept,
            TopK into) {
        return nearest(query, scorer, effort, accept, Float.POSITIVE_INFINITY, into);
    }

    /// The same where rows farther than `within` are not wanted, because as many nearer ones are known from elsewhere; some may be
    /// offered nevertheless. With a confidence of 0 it changes nothing.
    public SearchStats nearest(float[] query, @Nullable Scorer scorer, SearchEffort effort, @Nullable AcceptOrdinals accept,
            float within, TopK into) {
        IvfSearcher searcher = take();
        try {
            return searcher.search(query, scorer, effort, accept, within, into);
        } finally {
            shelf.add(searcher);
        }
    }

    /// All rows within a distance of the query, nearest first, from the `nprobe` lists nearest to it.
    ///
    /// @param distance largest distance of an answer, of this index's metric
    /// @param effort `nprobe` and `confidence` count; `candidates` and `rerank` do not, as there may be any number of answers
    /// @return keys of [TopK#key]
    public long[] within(float[] query, float distance, @Nullable Scorer scorer, SearchEffort effort,
            @Nullable AcceptOrdinals accept) {
        if (scorer != null && scorer.size() != size()) {
            throw new IllegalArgumentException("the scorer has " + scorer.size() + " vectors, the index " + size());
        }
        return new RangeSearch(data).within(query, distance, scorer, effort, accept);
    }

    /// Searches for many queries at once, scanning each list for all queries that want it while its codes are in the cache.
    /// Takes about 24 bytes a list and 2 KiB to 32 KiB of scratch a query; a few hundred queries a call are enough.
    ///
    /// @param scorers one a query, or null to answer estimates
    /// @param into one a query; the capacity is k
    public SearchStats[] searchBatch(float[][] queries, Scorer @Nullable [] scorers, SearchEffort effort,
            @Nullable AcceptOrdinals accept, TopK[] into) {
        List<IvfSearcher> taken = new ArrayList<>();
        SearchStats[] stats = BatchSearch.search(data, () -> {
            taken.add(take());
            return taken.getLast();
        }, BatchSearch.queries(queries, scorers, into), effort, accept);
        taken.stream().limit(SHELF_LIMIT).forEach(shelf::add);
        return stats;
    }

    private IvfSearcher take() {
        IvfSearcher searcher = shelf.poll();
        return searcher == null ? new IvfSearcher(data) : searcher;
    }

    /// How even the lists are and how far rows lie from their centroids.
    public IvfHealth health() {
        return IvfHealth.of(data);
    }

    /// The cheapest effort that reached this mean recall@10 when the index was built, for queries that are like its rows. Where no
    /// measured effort did, or nothing was measured, every list is visited and bounds of four standard errors decide.
    ///
    /// @param recall above 0 and below 1
    public SearchEffort effortFor(double recall) {
        if (!(recall > 0 && recall < 1)) {
            throw new IllegalArgumentException("recall must be above 0 and below 1, was " + recall);
        }
        EffortTable table = data.efforts;
        if (table == null || table.rungs().getLast().recall() < recall) {
            return new SearchEffort(nlist(), 1 << 14, 1 << 14, 4f, 1f);
        }
        return table.forRecall(recall);
    }

    /// What was measured when the index was built; null for an index of less than 1,000 rows, and for one that came of a merge or
    /// a stream of rows and was not [measured][#measured(DenseVectors, BuildControl)].
    public @Nullable EffortTable efforts() {
        return data.efforts;
    }

    /// Number of vectors; ordinals are `[0, size)`.
    public int size() {
        return data.header.size();
    }

    /// Components of a vector.
    public int dimension() {
        return data.shape.dimension();
    }

    /// The metric of all distances.
    public Metric metric() {
        return data.shape.metric();
    }

    /// Number of inverted lists.
    public int nlist() {
        return data.shape.nlist();
    }

    /// What lists store of a vector.
    public IvfCodec codec() {
        return data.shape.codec();
    }

    /// Bits a component of the finer code, or 0.
    public int refineBits() {
        return data.shape.refineBits();
    }

    /// Whether every vector stands in two lists.
    public boolean spilled() {
        return data.header.spilled();
    }

    IvfData data() {
        return data;
    }
}
