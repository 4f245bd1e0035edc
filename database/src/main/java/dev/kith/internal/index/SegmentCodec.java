package dev.kith.internal.index;

import dev.kith.IndexChoice;
import dev.kith.IndexSpec;
import dev.kith.IndexSpec.Hnsw.Rows;
import dev.kith.IndexSpec.IvfPq.Codes;
import dev.kith.VectorField;
import dev.kith.core.BuildControl;
import dev.kith.hnsw.NodeRows;
import dev.kith.internal.model.NumberedSchema;
import dev.kith.internal.model.NumberedSchema.NumberedField;
import dev.kith.lucene.KithVectorsFormat;
import dev.kith.lucene.segment.IndexSpec.Ivf;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.apache.lucene.codecs.KnnVectorsFormat;
import org.apache.lucene.codecs.KnnVectorsReader;
import org.apache.lucene.codecs.KnnVectorsWriter;
import org.apache.lucene.codecs.lucene104.Lucene104Codec;
import org.apache.lucene.index.FieldInfo;
import org.apache.lucene.index.FieldInfos;
import org.apache.lucene.index.SegmentReadState;
import org.apache.lucene.index.SegmentWriteState;
import org.apache.lucene.store.IOContext;
import org.jspecify.annotations.Nullable;

/// Lucene's codec with Kith's vector format, told for each field which index to build. Its name is that of Lucene's codec, and
/// the vector format is found by its own name, so segments are read without this class.
public final class SegmentCodec extends Lucene104Codec {
    /// As many lists as recall 0.95 takes, which each segment measures for itself.
    private static final int LISTS_VISITED = 0;

    /// Why [IndexSpec.Auto] chose what a segment has, as an attribute of the field in the segment.
    private static final String CHOICE = "kith.choice";

    private final Map<String, KnnVectorsFormat> formats = new HashMap<>();
    private final KnnVectorsFormat other = new KithVectorsFormat();

    /// @param graphRecords records from which a merged segment gets an index
    /// @param control cancels builds
    /// @param records of the collection, by which [IndexSpec.Auto] chooses; asked when a merge begins to write
    public SegmentCodec(NumberedSchema schema, int graphRecords, BuildControl control, LongSupplier records) {
        for (NumberedField numbered : schema.vectorFields()) {
            VectorField field = (VectorField) numbered.field();
            String name = LuceneFields.name(numbered);
            formats.put(name, format(name, field, graphRecords, control, records));
        }
    }

    private static KnnVectorsFormat format(String name, VectorField field, int graphRecords, BuildControl control,
            LongSupplier records) {
        KnnVectorsFormat flat = new KithVectorsFormat(new dev.kith.lucene.segment.IndexSpec.Flat(), control);
        return switch (field.index()) {
            case IndexSpec.Flat _ -> flat;
            case IndexSpec.Auto auto -> new MergesOnly(flat, segment -> {
                long all = Math.max(records.getAsLong(), segment.segmentInfo.maxDoc());
                IndexChoice choice = auto.choose(all, field, graphRecords);
                FieldInfo info = segment.fieldInfos.fieldInfo(name);
                if (info != null) {
                    info.putAttribute(CHOICE, choice.why());
                }
                IndexSpec chosen = choice.index();
                return chosen instanceof IndexSpec.Flat ? flat : indexed(chosen, field, graphRecords, control);
            });
            case IndexSpec.Hnsw _,IndexSpec.IvfPq _ -> {
                KnnVectorsFormat indexed = indexed(field.index(), field, graphRecords, control);
                yield new MergesOnly(flat, _ -> indexed);
            }
        };
    }

    private static KnnVectorsFormat indexed(IndexSpec index, VectorField field, int graphRecords, BuildControl control) {
        return switch (index) {
            case IndexSpec.Hnsw(int m, int efConstruction, Rows rows) -> {
                var defaults = (dev.kith.lucene.segment.IndexSpec.Hnsw) dev.kith.lucene.segment.IndexSpec.DEFAULT;
                yield new KithVectorsFormat(new dev.kith.lucene.segment.IndexSpec.Hnsw(m, efConstruction, defaults.efSearch(),
                        defaults.seed(), graphRecords, rows(rows)), control);
            }
            case IndexSpec.IvfPq(int nlist, Codes codes) -> {
                Ivf defaults = Ivf.DEFAULT;
                yield new KithVectorsFormat(new Ivf(nlist, codes(codes, field.dimension()), LISTS_VISITED, defaults.rerank(),
                        defaults.seed(), Math.max(graphRecords, nlist)), control);
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
        return info == null ? null : info.getAttribute(CHOICE);
    }

    @Override
    public KnnVectorsFormat getKnnVectorsFormatForField(String field) {
        return formats.getOrDefault(field, other);
    }

    /// Flushes stay flat, so that they are quick and a refresh never waits for a graph; merges, which run in the background,
    /// build the graphs.
    private static final class MergesOnly extends KnnVectorsFormat {
        private final KnnVectorsFormat flush;
        private final Function<SegmentWriteState, KnnVectorsFormat> merge;

        MergesOnly(KnnVectorsFormat flush, Function<SegmentWriteState, KnnVectorsFormat> merge) {
            super(KithVectorsFormat.NAME);
            this.flush = flush;
            this.merge = merge;
        }

        @Override
        public KnnVectorsWriter fieldsWriter(SegmentWriteState state) throws IOException {
            return (state.context.context() == IOContext.Context.MERGE ? merge.apply(state) : flush).fieldsWriter(state);
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
