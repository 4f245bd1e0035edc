package dev.kith.internal.index;

import dev.kith.IndexChoice;
import dev.kith.IndexSpec;
import dev.kith.IndexSpec.Hnsw.Rows;
import dev.kith.IndexSpec.IvfPq.Codes;
import dev.kith.IndexSpec.IvfPq.Rerank;
import dev.kith.VectorField;
import dev.kith.core.BuildControl;
import dev.kith.hnsw.NodeRows;
import dev.kith.internal.model.NumberedSchema;
import dev.kith.internal.model.NumberedSchema.NumberedField;
import dev.kith.ivfpq.RerankRows;
import dev.kith.lucene.KithVectorsFormat;
import dev.kith.lucene.segment.IndexFileWriter;
import dev.kith.lucene.segment.IndexSpec.CodeScan;
import dev.kith.lucene.segment.IndexSpec.Hnsw;
import dev.kith.lucene.segment.IndexSpec.Ivf;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.apache.lucene.codecs.KnnVectorsFormat;
import org.apache.lucene.codecs.KnnVectorsReader;
import org.apache.lucene.codecs.KnnVectorsWriter;
import org.apache.lucene.codecs.lucene104.Lucene104Codec;
import org.apache.lucene.index.FieldInfo;
import org.apache.lucene.index.FieldInfos;
import org.apache.lucene.index.SegmentInfo;
import org.apache.lucene.index.SegmentReadState;
import org.apache.lucene.index.SegmentWriteState;
import org.apache.lucene.store.IOContext;
import org.jspecify.annotations.Nullable;

/// Lucene's codec with Kith's vector format, told for each field which index to build. Its name is that of Lucene's codec, and
/// the vector format is found by its own name, so segments are read without this class.
public final class SegmentCodec extends Lucene104Codec {
    /// As many lists as recall 0.95 takes, which each segment measures for itself.
    private static final int LISTS_VISITED = 0;

    /// Why a segment has another index than the schema names, as an attribute of the field in the segment; may be empty.
    private static final String CHOICE = "kith.choice";

    /// Attribute of a segment whose graph was left for later.
    private static final String LATER = "kith.graph";

    /// Components of all vectors of a field from which a scan of codes pays: fewer are scanned as they are in some ten microseconds.
    private static final int CODED_COMPONENTS = 1 << 19;
    private static final int LEAST_CODED_DIMENSION = 96;

    /// Records from which what is not a graph is lists of which a search visits a few, not all.
    private static final int LISTS_FROM = 150_000;

    private final Map<String, KnnVectorsFormat> formats = new HashMap<>();
    private final KnnVectorsFormat other = new KithVectorsFormat();

    /// @param building by what rules indexes are built
    public SegmentCodec(NumberedSchema schema, Building building) {
        for (NumberedField numbered : schema.vectorFields()) {
            formats.put(LuceneFields.name(numbered), format(numbered, building));
        }
    }

    /// How the indexes of a collection are built.
    ///
    /// @param graphRecords records from which a merged segment gets an index
    /// @param control cancels builds, and says how many threads they may use
    /// @param records of the collection, by which [IndexSpec.Auto] chooses; asked when a merge begins to write
    /// @param memory that builds may take
    /// @param givenUp is told what was given up to stay within it
    /// @param pace whether graphs are to be left for later
    public record Building(int graphRecords, BuildControl control, LongSupplier records, MemoryBudget memory,
            Consumer<String> givenUp, Pace pace) {}

    private static KnnVectorsFormat format(NumberedField numbered, Building building) {
        VectorField field = (VectorField) numbered.field();
        KnnVectorsFormat flat = vectors(new dev.kith.lucene.segment.IndexSpec.Flat(), field, building.control());
        if (field.index() instanceof IndexSpec.Flat) {
            return flat;
        }
        boolean codes = field.dimension() >= LEAST_CODED_DIMENSION && field.dimension() <= IndexSpec.IvfPq.MAX_DIMENSION;
        KnnVectorsFormat small = codes ? vectors(scan(field), field, building.control()) : flat;
        return new MergesOnly(small, segment -> merging(numbered, building, new Small(flat, small), segment));
    }

    private static KithVectorsFormat vectors(dev.kith.lucene.segment.IndexSpec spec, VectorField field, BuildControl control) {
        KithVectorsFormat format = new KithVectorsFormat(spec, control);
        return field.encoding().floats() ? format.withFloats(field.encoding()) : format;
    }

    /// How segments without a graph are written.
    ///
    /// @param flat without anything
    /// @param scanned with codes once they are large enough
    private record Small(KnnVectorsFormat flat, KnnVectorsFormat scanned) {}

    private static CodeScan scan(VectorField field) {
        return new CodeScan(((Hnsw) dev.kith.lucene.segment.IndexSpec.DEFAULT).seed(),
                Math.ceilDiv(CODED_COMPONENTS, field.dimension()));
    }

    /// Whether the graph of a segment was left for later.
    public static boolean graphLater(SegmentInfo segment) {
        return segment.getAttribute(LATER) != null;
    }

    /// The writer of a merge: of the index that was wished, or of what the memory allows, and then it waits for its part of that.
    private static KnnVectorsWriter merging(NumberedField numbered, Building building, Small small, SegmentWriteState segment)
            throws IOException {
        VectorField field = (VectorField) numbered.field();
        int count = segment.segmentInfo.maxDoc();
        IndexChoice choice = field.index() instanceof IndexSpec.Auto auto
                ? auto.choose(Math.max(building.records().getAsLong(), count), field, building.graphRecords())
                : null;
        IndexSpec wished = choice == null ? field.index() : choice.index();
        if (wished instanceof IndexSpec.Flat) {
            note(numbered, segment, choice == null ? "" : choice.why());
            return small.flat().fieldsWriter(segment);
        }
        if (count < building.graphRecords()) {
            note(numbered, segment, choice == null ? "" : choice.why());
            return scanned(field, building, small, segment);
        }
        if (wished instanceof IndexSpec.Hnsw && small.flat() != small.scanned() && building.pace().hurried()) {
            segment.segmentInfo.putAttribute(LATER, "later");
            note(numbered, segment, "records come in faster than graphs are built; the graph follows when writing rests");
            if (count < LISTS_FROM) {
                return scanned(field, building, small, segment);
            }
            wished = IndexSpec.ivfPq();
        }
        BuildPlan plan = BuildPlan.of(wished, count, field, building.control().threads(), building.memory().buildBytes());
        String givenUp = plan.givenUp();
        if (givenUp != null) {
            building.givenUp().accept("field '" + field.name() + "', " + givenUp);
        }
        if (!graphLater(segment.segmentInfo)) {
            note(numbered, segment, givenUp != null ? "for the memory budget: " + givenUp : choice == null ? "" : choice.why());
        }
        if (plan.index() instanceof IndexSpec.Flat) {
            return small.flat().fieldsWriter(segment);
        }
        KnnVectorsFormat format = vectors(spec(plan.index(), field, building.graphRecords()), field,
                building.control().withThreads(plan.threads()));
        return new BudgetedWriter(format.fieldsWriter(segment), building.memory(), plan.bytes(), building.control()::cancelled);
    }

    /// The writer of a merge that builds no more than codes; nothing if not even these fit.
    private static KnnVectorsWriter scanned(VectorField field, Building building, Small small, SegmentWriteState segment)
            throws IOException {
        int count = segment.segmentInfo.maxDoc();
        long bytes = small.flat() == small.scanned()
                ? 0
                : IndexFileWriter.buildBytes(scan(field), field.encoding(), count, field.dimension(),
                        building.control().threads());
        if (bytes > building.memory().buildBytes()) {
            return small.flat().fieldsWriter(segment);
        }
        return new BudgetedWriter(small.scanned().fieldsWriter(segment), building.memory(), bytes,
                building.control()::cancelled);
    }

    /// Writes into the segment why it has the index that it has, over what the segments had that are merged.
    private static void note(NumberedField numbered, SegmentWriteState segment, String why) {
        FieldInfo info = segment.fieldInfos.fieldInfo(LuceneFields.name(numbered));
        if (info != null && !why.equals(info.attributes().getOrDefault(CHOICE, ""))) {
            info.putAttribute(CHOICE, why);
        }
    }

    /// The index in the words of the vector format.
    ///
    /// @param index neither flat nor [IndexSpec.Auto]
    static dev.kith.lucene.segment.IndexSpec spec(IndexSpec index, VectorField field, int graphRecords) {
        return switch (index) {
            case IndexSpec.Hnsw(int m, int efConstruction, Rows rows) -> {
                var defaults = (dev.kith.lucene.segment.IndexSpec.Hnsw) dev.kith.lucene.segment.IndexSpec.DEFAULT;
                yield new dev.kith.lucene.segment.IndexSpec.Hnsw(m, efConstruction, defaults.efSearch(), defaults.seed(),
                        graphRecords, rows(rows));
            }
            case IndexSpec.IvfPq(int nlist, Codes codes, Rerank rerank) -> {
                Ivf defaults = Ivf.DEFAULT;
                yield new Ivf(nlist, codes(codes, field.dimension()), LISTS_VISITED, defaults.rerank(), defaults.seed(),
                        Math.max(graphRecords, nlist), rounded(rerank));
            }
            case IndexSpec.Flat _,IndexSpec.Auto _ -> throw new IllegalArgumentException("no index: " + index);
        };
    }

    private static NodeRows rows(Rows rows) {
        return switch (rows) {
            case FAST -> NodeRows.BEST;
            case COMPACT -> NodeRows.COMPACT;
            case LINKS -> NodeRows.LINKS;
        };
    }

    private static RerankRows.@Nullable Kind rounded(Rerank rerank) {
        return switch (rerank) {
            case VECTORS -> null;
            case BFLOAT16 -> RerankRows.Kind.BF16;
            case INT8 -> RerankRows.Kind.INT8;
        };
    }

    /// All kinds take one bit a component.
    private static dev.kith.lucene.segment.IndexSpec.Codes codes(Codes codes, int dimension) {
        return switch (codes) {
            case SIGN -> new dev.kith.lucene.segment.IndexSpec.Codes.Sign();
            case PRODUCT_4 -> new dev.kith.lucene.segment.IndexSpec.Codes.Product((dimension + 3) / 4, 4);
            case PRODUCT_8 -> new dev.kith.lucene.segment.IndexSpec.Codes.Product((dimension + 7) / 8, 8);
        };
    }

    /// Why [IndexSpec.Auto] chose the index that a segment has for a field; null for a segment no merge has made, and where the
    /// schema chose.
    ///
    /// @param field as Lucene knows it
    public static @Nullable String choice(FieldInfos segment, String field) {
        FieldInfo info = segment.fieldInfo(field);
        String why = info == null ? null : info.getAttribute(CHOICE);
        return why == null || why.isEmpty() ? null : why;
    }

    @Override
    public KnnVectorsFormat getKnnVectorsFormatForField(String field) {
        return formats.getOrDefault(field, other);
    }

    private interface Merging {
        KnnVectorsWriter writer(SegmentWriteState state) throws IOException;
    }

    /// Flushes write at most codes, so that they are quick and a refresh never waits for a graph; merges, which run in the background,
    /// build the graphs.
    private static final class MergesOnly extends KnnVectorsFormat {
        private final KnnVectorsFormat flush;
        private final Merging merge;

        MergesOnly(KnnVectorsFormat flush, Merging merge) {
            super(KithVectorsFormat.NAME);
            this.flush = flush;
            this.merge = merge;
        }

        @Override
        public KnnVectorsWriter fieldsWriter(SegmentWriteState state) throws IOException {
            return state.context.context() == IOContext.Context.MERGE ? merge.writer(state) : flush.fieldsWriter(state);
        }

        @Override
        public KnnVectorsReader fieldsReader(SegmentReadState state) throws IOException {
            return flush.fieldsReader(state); // whatever index a segment has, every format of this kind reads it
        }

        @Override
        public int getMaxDimensions(String field) {
            return flush.getMaxDimensions(field);
        }
    }
}
