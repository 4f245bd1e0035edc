package dev.kith.internal.index;

import dev.kith.IndexSpec;
import dev.kith.IndexSpec.IvfPq.Codes;
import dev.kith.VectorField;
import dev.kith.core.BuildControl;
import dev.kith.internal.model.NumberedSchema;
import dev.kith.internal.model.NumberedSchema.NumberedField;
import dev.kith.lucene.KithVectorsFormat;
import dev.kith.lucene.segment.IndexSpec.Ivf;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import org.apache.lucene.codecs.KnnVectorsFormat;
import org.apache.lucene.codecs.KnnVectorsReader;
import org.apache.lucene.codecs.KnnVectorsWriter;
import org.apache.lucene.codecs.lucene104.Lucene104Codec;
import org.apache.lucene.index.SegmentReadState;
import org.apache.lucene.index.SegmentWriteState;
import org.apache.lucene.store.IOContext;

/// Lucene's codec with Kith's vector format, told for each field which index to build. Its name is that of Lucene's codec, and
/// the vector format is found by its own name, so segments are read without this class.
public final class SegmentCodec extends Lucene104Codec {
    /// Lists a search visits that does not say: about recall 0.92 at 100,000 records of real embeddings.
    private static final int LISTS_VISITED = 64;

    private final Map<String, KnnVectorsFormat> formats = new HashMap<>();
    private final KnnVectorsFormat other = new KithVectorsFormat();

    /// @param graphRecords records from which a merged segment gets a graph
    /// @param control cancels builds
    public SegmentCodec(NumberedSchema schema, int graphRecords, BuildControl control) {
        for (NumberedField numbered : schema.vectorFields()) {
            VectorField field = (VectorField) numbered.field();
            formats.put(LuceneFields.name(numbered), format(field, graphRecords, control));
        }
    }

    private static KnnVectorsFormat format(VectorField field, int graphRecords, BuildControl control) {
        KnnVectorsFormat flat = new KithVectorsFormat(new dev.kith.lucene.segment.IndexSpec.Flat(), control);
        return switch (field.index()) {
            case IndexSpec.Flat _ -> flat;
            case IndexSpec.Hnsw(int m, int efConstruction) -> {
                var defaults = (dev.kith.lucene.segment.IndexSpec.Hnsw) dev.kith.lucene.segment.IndexSpec.DEFAULT;
                yield new MergesOnly(flat, new KithVectorsFormat(new dev.kith.lucene.segment.IndexSpec.Hnsw(m, efConstruction,
                        defaults.efSearch(), defaults.seed(), graphRecords), control));
            }
            case IndexSpec.IvfPq(int nlist, Codes codes) -> {
                Ivf defaults = Ivf.DEFAULT;
                Ivf lists = new Ivf(nlist, codes(codes, field.dimension()), LISTS_VISITED, defaults.rerank(), defaults.seed(),
                        Math.max(graphRecords, nlist));
                yield new MergesOnly(flat, new KithVectorsFormat(lists, control));
            }
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

    @Override
    public KnnVectorsFormat getKnnVectorsFormatForField(String field) {
        return formats.getOrDefault(field, other);
    }

    /// Flushes stay flat, so that they are quick and a refresh never waits for a graph; merges, which run in the background,
    /// build the graphs.
    private static final class MergesOnly extends KnnVectorsFormat {
        private final KnnVectorsFormat flush;
        private final KnnVectorsFormat merge;

        MergesOnly(KnnVectorsFormat flush, KnnVectorsFormat merge) {
            super(KithVectorsFormat.NAME);
            this.flush = flush;
            this.merge = merge;
        }

        @Override
        public KnnVectorsWriter fieldsWriter(SegmentWriteState state) throws IOException {
            return (state.context.context() == IOContext.Context.MERGE ? merge : flush).fieldsWriter(state);
        }

        @Override
        public KnnVectorsReader fieldsReader(SegmentReadState state) throws IOException {
            return merge.fieldsReader(state);
        }

        @Override
        public int getMaxDimensions(String field) {
            return merge.getMaxDimensions(field);
        }
    }
}
