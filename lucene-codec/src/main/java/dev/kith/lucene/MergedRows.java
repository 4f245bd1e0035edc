package dev.kith.lucene;

import dev.kith.core.DenseVectors;
import dev.kith.hnsw.GraphReuse;
import dev.kith.hnsw.HnswIndex;
import dev.kith.lucene.segment.FieldIndex;
import dev.kith.lucene.segment.FieldVectors;
import dev.kith.lucene.segment.RowWriter;
import dev.kith.storage.ReadAhead;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
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
/// byte for byte; those of other formats and encodings pass through arrays. On the way it notes where the nodes of the largest graph go.
final class MergedRows {
    /// Rows between two looks at whether the merge was aborted.
    private static final int POLL_ROWS = 1024;

    private MergedRows() {}

    /// @return the largest graph of the merged segments, to be reused for the new one; null if there is none that is sound
    static @Nullable GraphReuse copy(FieldInfo field, MergeState merge, RowWriter writer) throws IOException {
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
        Source largest = largestGraph(sources);
        DocIDMerger<Source> merger = DocIDMerger.of(sources, merge.needsIndexSort);
        int sincePoll = 0;
        int ordinal = 0;
        for (Source source = merger.next(); source != null; source = merger.next()) {
            if (++sincePoll == POLL_ROWS) {
                sincePoll = 0;
                merge.checkAborted();
            }
            source.copyRow(writer, ordinal++);
        }
        return largest == null ? null : largest.reuse();
    }

    /// The segment whose graph covers the most vectors, told to remember where they go.
    private static @Nullable Source largestGraph(List<Source> sources) throws IOException {
        Source largest = null;
        for (Source source : sources) {
            if (source.graph != null && (largest == null || source.graph.size() > largest.graphSize())) {
                largest = source;
            }
        }
        return largest != null && largest.remember() ? largest : null;
    }

    /// The vectors of one segment that is merged.
    private static final class Source extends DocIDMerger.Sub {
        private final KnnVectorValues values;
        private final KnnVectorValues.DocIndexIterator iterator;
        private final @Nullable DenseVectors rows;
        private final @Nullable ReadAhead ahead;
        private final @Nullable HnswIndex graph;
        private final @Nullable KithKnnReader reader;
        private int[] moved = {};

        Source(MergeState.DocMap docMap, KnnVectorValues values) {
            super(docMap);
            this.values = values;
            this.iterator = values.iterator();
            this.reader = switch (values) {
                case FloatRows floats -> floats.reader();
                case ByteRows bytes -> bytes.reader();
                default -> null;
            };
            FieldVectors field = switch (values) {
                case FloatRows floats -> floats.field();
                case ByteRows bytes -> bytes.field();
                default -> null;
            };
            this.rows = field == null ? null : field.vectors();
            this.ahead = field == null ? null : field.ahead();
            this.graph = field != null && field.index() instanceof FieldIndex.Hnsw hnsw ? hnsw.index() : null;
        }

        int graphSize() {
            return graph == null ? 0 : graph.size();
        }

        /// Whether the graph's bytes are those that were written, so that its links may live on; from now on remembers
        /// where its nodes go.
        boolean remember() throws IOException {
            if (reader == null || graph == null || reader.setDamagedIndexAside() != null
                    || !reader.sound(graph, "the graph of the largest merged segment")) {
                return false;
            }
            moved = new int[graph.size()];
            Arrays.fill(moved, -1);
            return true;
        }

        @Nullable
        GraphReuse reuse() {
            return graph == null ? null : new GraphReuse(graph, moved);
        }

        @Override
        public int nextDoc() throws IOException {
            return iterator.nextDoc();
        }

        void copyRow(RowWriter writer, int newOrdinal) throws IOException {
            int ordinal = iterator.index();
            if (moved.length > 0) {
                moved[ordinal] = newOrdinal;
            }
            if (rows != null && ahead != null) {
                ahead.reach(ordinal * rows.strideBytes());
            }
            if (rows != null && rows.encoding() == writer.encoding()) {
                writer.add(mappedDocID, rows, ordinal);
            } else if (values instanceof FloatVectorValues floats) {
                writer.add(mappedDocID, floats.vectorValue(ordinal));
            } else {
                writer.add(mappedDocID, ((ByteVectorValues) values).vectorValue(ordinal));
            }
        }
    }
}
