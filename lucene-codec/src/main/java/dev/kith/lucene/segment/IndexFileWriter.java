package dev.kith.lucene.segment;

import dev.kith.core.BuildCancelledException;
import dev.kith.core.BuildControl;
import dev.kith.core.ByteSink;
import dev.kith.core.DenseVectors;
import dev.kith.hnsw.GraphReuse;
import dev.kith.hnsw.HnswIndex;
import dev.kith.hnsw.HnswParameters;
import dev.kith.core.VectorEncoding;
import dev.kith.hnsw.NodeRows;
import dev.kith.ivfpq.IvfBuilder;
import dev.kith.ivfpq.IvfCodec;
import dev.kith.ivfpq.IvfPqIndex;
import dev.kith.ivfpq.IvfPqParameters;
import dev.kith.ivfpq.RerankRows;
import dev.kith.storage.ContainerKind;
import dev.kith.storage.ContainerWriter;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Builds the planned indexes of one segment and writes them into the index file. The vectors are those of the finished
/// vectors file, read where they lie; an index under construction is the only large thing in memory. Not thread-safe; does not
/// close the sink.
public final class IndexFileWriter {
    /// What the container's header names as its content.
    public static final ContainerKind KIND = new ContainerKind("KVIX", 1);

    private static final int SAMPLED_PER_LIST = 16;

    private final ContainerWriter container;
    private final List<IndexTable.Entry> indexes = new ArrayList<>();
    private int lastSection = IndexTable.SECTION;

    /// Begins an index file in `sink`.
    public IndexFileWriter(ByteSink sink) {
        this.container = new ContainerWriter(sink, KIND);
    }

    /// Builds and writes the index that `spec` gives to the field.
    ///
    /// @param reuse an earlier graph over some of the vectors, used if the new index is a graph of the same shape; or null
    /// @throws BuildCancelledException if `control` says so; the file is then still sound, without this index
    public void build(FieldVectors field, IndexSpec spec, @Nullable GraphReuse reuse, BuildControl control)
            throws IOException {
        switch (spec) {
            case IndexSpec.Flat _ -> throw new IllegalArgumentException("a flat field has no index");
            case IndexSpec.Hnsw hnsw -> {
                control.checkCancelled();
                HnswParameters parameters = new HnswParameters(hnsw.m(), hnsw.efConstruction(), hnsw.seed(), hnsw.rows());
                int section = ++lastSection;
                try (Arena arena = Arena.ofShared()) { // freed now, not when the garbage collector comes by
                    HnswIndex index = graph(field, parameters, reuse, control.withArena(arena));
                    index.save(container.beginSection(section));
                }
                container.endSection();
                indexes.add(
                        new IndexTable.Entry(field.entry().fieldNumber(), IndexKind.HNSW.code(), section, hnsw.efSearch(), 0,
                                0));
            }
            case IndexSpec.Ivf ivf -> {
                control.checkCancelled();
                IvfPqIndex index = IvfPqIndex.build(field.vectors(), parameters(ivf), control);
                int section = ++lastSection;
                index.save(container.beginSection(section));
                container.endSection();
                indexes.add(new IndexTable.Entry(field.entry().fieldNumber(), IndexKind.IVF.code(), section, ivf.nprobe(),
                        ivf.rerank(), rounded(field, ivf.rounded())));
            }
            case IndexSpec.CodeScan scan -> {
                control.checkCancelled();
                IvfBuilder codes = codes(field, scan, control);
                int section = ++lastSection;
                codes.write(container.beginSection(section));
                container.endSection();
                indexes.add(new IndexTable.Entry(field.entry().fieldNumber(), IndexKind.IVF.code(), section, 0, 1, 0));
            }
        }
    }

    /// Writes the rows that rank candidates.
    ///
    /// @return their section, or 0 for none
    private int rounded(FieldVectors field, RerankRows.@Nullable Kind kind) throws IOException {
        if (kind == null) {
            return 0;
        }
        if (field.entry().encoding() != VectorEncoding.FLOAT32) {
            throw new IllegalArgumentException(
                    "rounded rows are for float vectors, field " + field.entry().fieldNumber() + " has "
                            + field.entry().encoding());
        }
        int section = ++lastSection;
        RerankRows.write(field.vectors(), kind, container.beginSection(section));
        container.endSection();
        return section;
    }

    /// Codes that have measured no effort: every search scans them all.
    private static IvfBuilder codes(FieldVectors field, IndexSpec.CodeScan scan, BuildControl control) {
        DenseVectors vectors = field.vectors();
        int lists = scan.lists(vectors.count());
        int sampled = scanSample(scan, vectors.count());
        float[] rows = new float[Math.multiplyExact(sampled, vectors.dimension())];
        float[] row = new float[vectors.dimension()];
        for (int i = 0; i < sampled; i++) {
            vectors.copyRow((int) ((long) i * vectors.count() / sampled), row);
            System.arraycopy(row, 0, rows, i * row.length, row.length);
        }
        IvfBuilder builder = IvfBuilder.train(vectors.metric(), vectors.dimension(), rows, sampled,
                IvfPqParameters.DEFAULTS.withNlist(lists).withSeed(scan.seed()), control);
        builder.addAll(vectors);
        return builder;
    }

    /// Rows that the lists of a scan are trained on.
    private static int scanSample(IndexSpec.CodeScan scan, int count) {
        return Math.min(count, SAMPLED_PER_LIST * scan.lists(count));
    }

    private static HnswIndex graph(FieldVectors field, HnswParameters parameters, @Nullable GraphReuse reuse,
            BuildControl control) {
        return reuse != null && reuse.fits(field.vectors(), parameters)
                ? HnswIndex.build(field.vectors(), parameters, reuse, control)
                : HnswIndex.build(field.vectors(), parameters, control);
    }

    /// Bytes of memory, on and off the heap, that building the index of a field takes at most, the finished index included and the
    /// vectors not.
    ///
    /// @param spec what is built
    /// @param count of vectors
    /// @param threads of the build
    public static long buildBytes(IndexSpec spec, VectorEncoding encoding, int count, int dimension, int threads) {
        return switch (spec) {
            case IndexSpec.Flat _ -> 0;
            case IndexSpec.Hnsw hnsw -> {
                NodeRows rows = hnsw.rows() == NodeRows.BEST && !encoding.floats()
                        ? NodeRows.LINKS // what the best rows of byte vectors come to
                        : hnsw.rows();
                yield HnswIndex.buildBytes(count, dimension,
                        new HnswParameters(hnsw.m(), hnsw.efConstruction(), hnsw.seed(), rows), threads);
            }
            case IndexSpec.Ivf ivf -> IvfBuilder.bytesNeeded(count, dimension, parameters(ivf));
            case IndexSpec.CodeScan scan -> IvfBuilder.bytesNeeded(count, dimension, scanSample(scan, count),
                    IvfPqParameters.DEFAULTS.withNlist(scan.lists(count)));
        };
    }

    private static IvfPqParameters parameters(IndexSpec.Ivf ivf) {
        IvfCodec codec = switch (ivf.codes()) {
            case IndexSpec.Codes.Sign _ -> new IvfCodec.SignCodes();
            case IndexSpec.Codes.Product product ->
                new IvfCodec.ProductCodes(product.subspaces(), product.bits(), IvfCodec.Turn.RANDOM);
        };
        return IvfPqParameters.DEFAULTS.withNlist(ivf.nlist()).withCodec(codec).withSeed(ivf.seed());
    }

    /// Writes the table of indexes and ends the container.
    public void finish() throws IOException {
        IndexTable.write(indexes, container.beginSection(IndexTable.SECTION));
        container.endSection();
        container.finish();
    }
}
