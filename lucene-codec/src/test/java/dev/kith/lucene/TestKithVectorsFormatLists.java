package dev.kith.lucene;

import dev.kith.lucene.segment.IndexSpec;
import org.apache.lucene.codecs.Codec;
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
}
