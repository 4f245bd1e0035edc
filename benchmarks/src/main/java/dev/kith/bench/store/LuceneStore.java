package dev.kith.bench.store;

import dev.kith.bench.engine.VectorStore;
import dev.kith.bench.data.VectorSet;
import dev.kith.bench.engine.BuildParameters;
import dev.kith.core.Metric;
import java.io.IOException;
import java.nio.file.Path;
import org.apache.lucene.codecs.KnnVectorsFormat;
import org.apache.lucene.codecs.lucene104.Lucene104Codec;
import org.apache.lucene.codecs.lucene99.Lucene99HnswVectorsFormat;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.Field;
import org.apache.lucene.document.KnnFloatVectorField;
import org.apache.lucene.document.NumericDocValuesField;
import org.apache.lucene.document.StringField;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.index.NumericDocValues;
import org.apache.lucene.index.ReaderUtil;
import org.apache.lucene.index.Term;
import org.apache.lucene.index.VectorSimilarityFunction;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.KnnFloatVectorQuery;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.search.SearcherManager;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.MMapDirectory;

/// Lucene as one would use it for live data: documents by id, a commit for durability, a searcher reopened for visibility.
public final class LuceneStore implements VectorStore {
    private static final String ID = "id";
    private static final String ROW = "row";
    private static final String VECTOR = "v";
    private final VectorSimilarityFunction similarity;
    private final Directory directory;
    private final IndexWriter writer;
    private final SearcherManager searchers;

    /// Opens or makes the index.
    public LuceneStore(VectorSet set, BuildParameters parameters, Path folder) throws IOException {
        similarity = set.metric() == Metric.SQUARED_L2
                ? VectorSimilarityFunction.EUCLIDEAN
                : set.metric() == Metric.COSINE
                        ? VectorSimilarityFunction.DOT_PRODUCT
                        : VectorSimilarityFunction.MAXIMUM_INNER_PRODUCT;
        KnnVectorsFormat format = new Lucene99HnswVectorsFormat(parameters.m(), parameters.efConstruction());
        directory = new MMapDirectory(folder);
        writer = new IndexWriter(directory, new IndexWriterConfig().setCodec(new Lucene104Codec() {
            @Override
            public KnnVectorsFormat getKnnVectorsFormatForField(String field) {
                return format;
            }
        }));
        searchers = new SearcherManager(writer, null);
    }

    @Override
    public void upsert(int[] rows, float[][] vectors) throws IOException {
        for (int i = 0; i < rows.length; i++) {
            Document document = new Document();
            String id = Integer.toString(rows[i]);
            document.add(new StringField(ID, id, Field.Store.NO));
            document.add(new NumericDocValuesField(ROW, rows[i]));
            document.add(new KnnFloatVectorField(VECTOR, vectors[i], similarity));
            writer.updateDocument(new Term(ID, id), document);
        }
        publish();
    }

    @Override
    public void delete(int[] rows) throws IOException {
        Term[] terms = new Term[rows.length];
        for (int i = 0; i < rows.length; i++) {
            terms[i] = new Term(ID, Integer.toString(rows[i]));
        }
        writer.deleteDocuments(terms);
        publish();
    }

    private void publish() throws IOException {
        writer.commit();
        searchers.maybeRefreshBlocking();
    }

    @Override
    public void settle() throws IOException {
        writer.forceMerge(1);
        publish();
    }

    @Override
    public int search(float[] query, int k, int ef, int[] ids) throws IOException {
        IndexSearcher searcher = searchers.acquire();
        try {
            ScoreDoc[] found = searcher.search(new KnnFloatVectorQuery(VECTOR, query, Math.max(k, ef)), k).scoreDocs;
            for (int i = 0; i < found.length; i++) {
                ids[i] = row(searcher, found[i].doc);
            }
            return found.length;
        } finally {
            searchers.release(searcher);
        }
    }

    private static int row(IndexSearcher searcher, int doc) throws IOException {
        LeafReaderContext leaf = searcher.getIndexReader().leaves()
                .get(ReaderUtil.subIndex(doc, searcher.getIndexReader().leaves()));
        NumericDocValues rows = leaf.reader().getNumericDocValues(ROW);
        if (!rows.advanceExact(doc - leaf.docBase)) {
            throw new IOException("document " + doc + " has no row number");
        }
        return Math.toIntExact(rows.longValue());
    }

    @Override
    public void close() throws IOException {
        searchers.close();
        writer.close();
        directory.close();
    }
}
