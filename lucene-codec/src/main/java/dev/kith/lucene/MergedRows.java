package dev.kith.lucene;

import dev.kith.core.DenseVectors;
import dev.kith.lucene.segment.FieldVectors;
import dev.kith.lucene.segment.RowWriter;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.lucene.codecs.KnnVectorsReader;
import org.apache.lucene.codecs.KnnVectorsWriter;
import org.apache.lucene.index.ByteVectorValues;
import org.apache.lucene.index.DocIDMerger;
import org.apache.lucene.index.FieldInfo;
import org.apache.lucene.index.FloatVectorValues;
import org.apache.lucene.index.KnnVectorValues;
import org.apache.lucene.index.MergeState;
import org.jspecify.annotations.Nullable;

/// Copies the live vectors of the segments that are merged, in the order of their new documents. Rows of this format are copied
/// byte for byte; those of other formats pass through arrays.
final class MergedRows {
    /// Rows between two looks at whether the merge was aborted.
    private static final int POLL_ROWS = 1024;

    private MergedRows() {}

    static void copy(FieldInfo field, MergeState merge, RowWriter writer) throws IOException {
        List<Source> sources = new ArrayList<>();
        for (int i = 0; i < merge.knnVectorsReaders.length; i++) {
            KnnVectorsReader reader = merge.knnVectorsReaders[i];
            if (reader != null && KnnVectorsWriter.MergedVectorValues.hasVectorValues(merge.fieldInfos[i], field.name)) {
                KnnVectorValues values = switch (field.getVectorEncoding()) {
                    case BYTE -> reader.getByteVectorValues(field.name);
                    case FLOAT32 -> reader.getFloatVectorValues(field.name);
                };
                if (values != null) {
                    sources.add(new Source(merge.docMaps[i], values));
                }
            }
        }
        DocIDMerger<Source> merger = DocIDMerger.of(sources, merge.needsIndexSort);
        int sincePoll = 0;
        for (Source source = merger.next(); source != null; source = merger.next()) {
            if (++sincePoll == POLL_ROWS) {
                sincePoll = 0;
                merge.checkAborted();
            }
            source.copyRow(writer);
        }
    }

    /// The vectors of one segment that is merged.
    private static final class Source extends DocIDMerger.Sub {
        private final KnnVectorValues values;
        private final KnnVectorValues.DocIndexIterator iterator;
        private final @Nullable DenseVectors rows;

        Source(MergeState.DocMap docMap, KnnVectorValues values) {
            super(docMap);
            this.values = values;
            this.iterator = values.iterator();
            this.rows = rows(values);
        }

        private static @Nullable DenseVectors rows(KnnVectorValues values) {
            FieldVectors field = values instanceof FloatRows floats
                    ? floats.field()
                    : values instanceof ByteRows bytes
                            ? bytes.field()
                            : null;
            return field == null ? null : field.vectors();
        }

        @Override
        public int nextDoc() throws IOException {
            return iterator.nextDoc();
        }

        void copyRow(RowWriter writer) throws IOException {
            int ordinal = iterator.index();
            if (rows != null) {
                writer.add(mappedDocID, rows, ordinal);
            } else if (values instanceof FloatVectorValues floats) {
                writer.add(mappedDocID, floats.vectorValue(ordinal));
            } else {
                writer.add(mappedDocID, ((ByteVectorValues) values).vectorValue(ordinal));
            }
        }
    }
}
