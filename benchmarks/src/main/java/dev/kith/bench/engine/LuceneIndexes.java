package dev.kith.bench.engine;

import dev.kith.bench.data.VectorSet;
import dev.kith.core.DenseVectors;
import dev.kith.core.Metric;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Path;
import org.apache.lucene.codecs.KnnVectorsFormat;
import org.apache.lucene.codecs.lucene104.Lucene104Codec;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.KnnFloatVectorField;
import org.apache.lucene.document.NumericDocValuesField;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.LeafReader;
import org.apache.lucene.index.NumericDocValues;
import org.apache.lucene.index.SerialMergeScheduler;
import org.apache.lucene.index.VectorSimilarityFunction;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.MMapDirectory;

/// Writing a data set into a Lucene index of one segment, and the row numbers back out.
final class LuceneIndexes {
    static final String FIELD = "vector";
    static final String ROW = "row";

    private LuceneIndexes() {}

    /// Lucene's advice for unit vectors is the dot product.
    static VectorSimilarityFunction similarity(Metric metric) {
        return switch (metric) {
            case SQUARED_L2 -> VectorSimilarityFunction.EUCLIDEAN;
            case INNER_PRODUCT -> VectorSimilarityFunction.MAXIMUM_INNER_PRODUCT;
            case COSINE -> VectorSimilarityFunction.DOT_PRODUCT;
        };
    }

    /// One flush where memory allows, because that builds the graph once; then merged to one segment.
    static void build(VectorSet set, Path folder, KnnVectorsFormat format) throws IOException {
        IndexWriterConfig config = new IndexWriterConfig().setCodec(new Lucene104Codec() {
            @Override
            public KnnVectorsFormat getKnnVectorsFormatForField(String field) {
                return format;
            }
        });
        double heapMegabytes = Runtime.getRuntime().maxMemory() / 1e6;
        config.setRAMBufferSizeMB(Math.min(1900, heapMegabytes * 0.6)).setUseCompoundFile(false)
                .setMergeScheduler(new SerialMergeScheduler());
        VectorSimilarityFunction similarity = similarity(set.metric());
        try (Arena arena = Arena.ofConfined();
                Directory directory = new MMapDirectory(folder);
                IndexWriter writer = new IndexWriter(directory, config)) {
            DenseVectors vectors = set.vectors(arena);
            for (int row = 0; row < vectors.count(); row++) {
                float[] vector = new float[vectors.dimension()];
                vectors.copyRow(row, vector);
                Document document = new Document();
                document.add(new KnnFloatVectorField(FIELD, vector, similarity));
                document.add(new NumericDocValuesField(ROW, row));
                writer.addDocument(document);
            }
            writer.forceMerge(1);
            writer.commit();
        }
    }

    /// The only segment of an index.
    static LeafReader onlySegment(DirectoryReader reader) throws IOException {
        if (reader.leaves().size() != 1) {
            throw new IOException("expected one segment, found " + reader.leaves().size());
        }
        return reader.leaves().getFirst().reader();
    }

    /// Document number to row number; a merge may have moved documents.
    static int[] rows(LeafReader leaf) throws IOException {
        int[] rows = new int[leaf.maxDoc()];
        NumericDocValues values = leaf.getNumericDocValues(ROW);
        for (int doc = values.nextDoc(); doc < rows.length; doc = values.nextDoc()) {
            rows[doc] = Math.toIntExact(values.longValue());
        }
        return rows;
    }
}
