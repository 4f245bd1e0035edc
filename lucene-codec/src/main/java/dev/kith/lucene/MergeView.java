package dev.kith.lucene;

import java.io.IOException;
import java.util.Map;
import org.apache.lucene.codecs.KnnVectorsReader;
import org.apache.lucene.index.ByteVectorValues;
import org.apache.lucene.index.FieldInfo;
import org.apache.lucene.index.FloatVectorValues;
import org.apache.lucene.search.AcceptDocs;
import org.apache.lucene.search.KnnCollector;

/// What a merge sees of a reader: it vouches for the vectors alone. A merge builds its indexes
/// anew; the one whose links it takes over is checked by then ([MergedRows]).
final class MergeView extends KnnVectorsReader {
    private final KithKnnReader reader;

    MergeView(KithKnnReader reader) {
        this.reader = reader;
    }

    @Override
    public void checkIntegrity() throws IOException {
        reader.checkVectors();
    }

    @Override
    public FloatVectorValues getFloatVectorValues(String field) {
        return reader.getFloatVectorValues(field);
    }

    @Override
    public ByteVectorValues getByteVectorValues(String field) {
        return reader.getByteVectorValues(field);
    }

    @Override
    public void search(String field, float[] target, KnnCollector collector, AcceptDocs accept) throws IOException {
        reader.search(field, target, collector, accept);
    }

    @Override
    public void search(String field, byte[] target, KnnCollector collector, AcceptDocs accept) throws IOException {
        reader.search(field, target, collector, accept);
    }

    @Override
    public Map<String, Long> getOffHeapByteSize(FieldInfo info) {
        return reader.getOffHeapByteSize(info);
    }

    @Override
    public int getVectorCount(FieldInfo info) {
        return reader.getVectorCount(info);
    }

    /// The reader is closed by its owner.
    @Override
    public void close() {}
}
