package dev.kith.lucene;

import org.apache.lucene.codecs.Codec;
import org.apache.lucene.tests.index.BaseKnnVectorsFormatTestCase;
import org.apache.lucene.tests.util.TestUtil;

/// Lucene's own judge of vector formats, with small segments flat.
public class TestKithVectorsFormat extends BaseKnnVectorsFormatTestCase {
    @Override
    protected Codec getCodec() {
        return TestUtil.alwaysKnnVectorsFormat(new KithVectorsFormat());
    }

    @Override
    protected boolean supportsFloatVectorFallback() {
        return false;
    }
}
