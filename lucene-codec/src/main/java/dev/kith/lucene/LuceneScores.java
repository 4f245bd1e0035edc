package dev.kith.lucene;

import dev.kith.core.Metric;
import dev.kith.core.VectorEncoding;
import org.apache.lucene.index.FieldInfo;
import org.apache.lucene.index.VectorSimilarityFunction;
import org.apache.lucene.util.VectorUtil;

/// Turns distances into the scores that Lucene defines for a field's similarity function. Larger distances never get larger
/// scores, so the order of the answers is the same.
///
/// @param byteScale what Lucene divides the dot product of byte vectors by; 0 for float vectors
record LuceneScores(VectorSimilarityFunction similarity, float byteScale) {

    static LuceneScores of(FieldInfo field) {
        boolean bytes = field.getVectorEncoding() == org.apache.lucene.index.VectorEncoding.BYTE;
        return new LuceneScores(field.getVectorSimilarityFunction(), bytes ? field.getVectorDimension() * 32768f : 0f);
    }

    float score(float distance) {
        return switch (similarity) {
            case EUCLIDEAN -> 1f / (1f + distance);
            case DOT_PRODUCT -> byteScale > 0 ? 0.5f - distance / byteScale : Math.max((1f - distance) / 2f, 0f);
            case COSINE -> Math.max((2f - distance) / 2f, 0f);
            case MAXIMUM_INNER_PRODUCT -> VectorUtil.scaleMaxInnerProductScore(-distance);
        };
    }

    static Metric metric(VectorSimilarityFunction similarity) {
        return switch (similarity) {
            case EUCLIDEAN -> Metric.SQUARED_L2;
            case DOT_PRODUCT, MAXIMUM_INNER_PRODUCT -> Metric.INNER_PRODUCT;
            case COSINE -> Metric.COSINE;
        };
    }

    /// Whether rows of an encoding are what Lucene calls vectors of another.
    static boolean fits(VectorEncoding rows, org.apache.lucene.index.VectorEncoding encoding) {
        return switch (encoding) {
            case BYTE -> rows == VectorEncoding.INT8;
            case FLOAT32 -> rows.floats();
        };
    }
}
