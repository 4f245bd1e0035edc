package dev.kith.lucene;

import dev.kith.lucene.segment.IndexSpec;
import org.apache.lucene.codecs.Codec;
import org.apache.lucene.tests.index.BaseKnnVectorsFormatTestCase;
import org.apache.lucene.tests.util.TestUtil;

/// Lucene's own judge of vector formats, with a graph in every segment that has a vector, so that every flush and every merge
/// builds one.
public class TestKithVectorsFormatGraphs extends BaseKnnVectorsFormatTestCase {
    @Override
    protected Codec getCodec() {
        return TestUtil.alwaysKnnVectorsFormat(new KithVectorsFormat(new IndexSpec.Hnsw(8, 40, 16, 7L, 1)));
    }

    @Override
    protected boolean supportsFloatVectorFallback() {
        return false;
    }
}
