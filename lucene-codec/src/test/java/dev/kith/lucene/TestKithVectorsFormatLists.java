package dev.kith.lucene;

import dev.kith.lucene.segment.IndexSpec;
import java.io.IOException;
import org.apache.lucene.codecs.Codec;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.KnnFloatVectorField;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.LeafReader;
import org.apache.lucene.search.AcceptDocs;
import org.apache.lucene.search.TopDocs;
import org.apache.lucene.search.TotalHits;
import org.apache.lucene.store.Directory;
import org.apache.lucene.tests.index.BaseKnnVectorsFormatTestCase;
import org.apache.lucene.tests.util.TestUtil;

/// Lucene's own judge of vector formats, with inverted lists in every segment that has a vector, so that every flush and
/// every merge builds them.
public class TestKithVectorsFormatLists extends BaseKnnVectorsFormatTestCase {
    @Override
    protected Codec getCodec() {
        return TestUtil
                .alwaysKnnVectorsFormat(new KithVectorsFormat(new IndexSpec.Ivf(0, new IndexSpec.Codes.Sign(), 64, 50, 7L, 1)));
    }

    @Override
    protected boolean supportsFloatVectorFallback() {
        return false;
    }

    /// The kit's test wants a limit of up to four vectors more than k to end the search. Codes bound their distances, so lists
    /// at times know the k nearest after fewer exact distances than that, and then nothing was cut short. What holds always: a limit
    /// up to k ends the search exactly there, and a search that says it was not ended has all its answers below the limit.
    @Override
    public void testSearchWithVisitedLimit() throws IOException {
        int size = 250;
        int dimension = 10;
        try (Directory directory = newDirectory(); IndexWriter writer = new IndexWriter(directory, newIndexWriterConfig())) {
            for (int i = 0; i < size; i++) {
                Document document = new Document();
                document.add(new KnnFloatVectorField("field", randomNormalizedVector(dimension)));
                writer.addDocument(document);
            }
            writer.forceMerge(1);
            try (DirectoryReader reader = DirectoryReader.open(writer)) {
                LeafReader leaf = getOnlyLeafReader(reader);
                int k = 5 + random().nextInt(45);
                for (int limit = 1; limit <= size + 1; limit++) {
                    AcceptDocs all = AcceptDocs.fromLiveDocs(null, leaf.maxDoc());
                    TopDocs found = leaf.searchNearestVectors("field", randomNormalizedVector(dimension), k, all, limit);
                    TotalHits hits = found.totalHits;
                    if (limit <= k || hits.relation() == TotalHits.Relation.GREATER_THAN_OR_EQUAL_TO) {
                        assertEquals(TotalHits.Relation.GREATER_THAN_OR_EQUAL_TO, hits.relation());
                        assertEquals(limit, hits.value());
                    } else {
                        assertTrue(hits.value() + " visited of " + limit, hits.value() < limit);
                        assertEquals(k, found.scoreDocs.length);
                    }
                }
                TopDocs found = leaf.searchNearestVectors("field", randomNormalizedVector(dimension), size,
                        AcceptDocs.fromLiveDocs(null, leaf.maxDoc()), size + 30);
                assertEquals(TotalHits.Relation.EQUAL_TO, found.totalHits.relation());
                assertEquals(size, found.scoreDocs.length);
            }
        }
    }
}
