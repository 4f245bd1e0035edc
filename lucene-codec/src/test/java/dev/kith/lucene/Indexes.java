package dev.kith.lucene;

import dev.kith.core.BuildControl;
import dev.kith.lucene.segment.IndexSpec;
import java.io.IOException;
import java.util.Random;
import org.apache.lucene.codecs.KnnVectorsFormat;
import org.apache.lucene.codecs.lucene104.Lucene104Codec;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.Field;
import org.apache.lucene.document.KnnByteVectorField;
import org.apache.lucene.document.KnnFloatVectorField;
import org.apache.lucene.document.NumericDocValuesField;
import org.apache.lucene.document.StringField;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.LeafReader;
import org.apache.lucene.index.LogDocMergePolicy;
import org.apache.lucene.index.NumericDocValues;
import org.apache.lucene.index.SerialMergeScheduler;
import org.apache.lucene.index.VectorSimilarityFunction;

/// What the tests of this package share: writers, documents and vectors.
final class Indexes {
    static final String FIELD = "v";
    static final String ID = "id";

    /// A graph in every segment.
    static final IndexSpec GRAPHS = new IndexSpec.Hnsw(16, 100, 64, 42L, 1);
    /// Inverted lists in every segment, searched so wide that nearly nothing is missed.
    static final IndexSpec.Ivf LISTS = new IndexSpec.Ivf(0, new IndexSpec.Codes.Sign(), 64, 300, 42L, 1);
    static final IndexSpec FLAT = new IndexSpec.Flat();

    private Indexes() {}

    static IndexWriterConfig config(IndexSpec spec) {
        return config(new KithVectorsFormat(spec, BuildControl.NONE));
    }

    static IndexWriterConfig config(KnnVectorsFormat format) {
        IndexWriterConfig config = new IndexWriterConfig(null);
        config.setCodec(new Lucene104Codec() {
            @Override
            public KnnVectorsFormat getKnnVectorsFormatForField(String field) {
                return format;
            }
        });
        config.setMergePolicy(new LogDocMergePolicy());
        config.setMergeScheduler(new SerialMergeScheduler());
        config.setUseCompoundFile(false);
        config.getMergePolicy().setNoCFSRatio(0);
        return config;
    }

    static Document document(int id) {
        Document document = new Document();
        document.add(new StringField(ID, Integer.toString(id), Field.Store.NO));
        document.add(new NumericDocValuesField(ID, id));
        return document;
    }

    static Document document(int id, float[] vector, VectorSimilarityFunction similarity) {
        Document document = document(id);
        document.add(new KnnFloatVectorField(FIELD, vector, similarity));
        return document;
    }

    static Document document(int id, byte[] vector, VectorSimilarityFunction similarity) {
        Document document = document(id);
        document.add(new KnnByteVectorField(FIELD, vector, similarity));
        return document;
    }

    /// The id of each document of a leaf, by docId.
    static int[] ids(LeafReader leaf) throws IOException {
        int[] ids = new int[leaf.maxDoc()];
        NumericDocValues values = leaf.getNumericDocValues(ID);
        for (int doc = 0; doc < ids.length; doc++) {
            if (!values.advanceExact(doc)) {
                throw new AssertionError("document " + doc + " has no id");
            }
            ids[doc] = Math.toIntExact(values.longValue());
        }
        return ids;
    }

    /// Vectors around forty centres, as embeddings are; shape (count, dimension). The centres do not depend on the seed: queries
    /// come from where the data come from.
    static float[][] floats(long seed, int count, int dimension) {
        Random random = new Random(dimension);
        float[][] centres = new float[40][dimension];
        for (float[] centre : centres) {
            for (int i = 0; i < dimension; i++) {
                centre[i] = (float) random.nextGaussian();
            }
        }
        random = new Random(seed);
        float[][] vectors = new float[count][dimension];
        for (float[] vector : vectors) {
            float[] centre = centres[random.nextInt(centres.length)];
            for (int i = 0; i < dimension; i++) {
                vector[i] = centre[i] + 0.6f * (float) random.nextGaussian();
            }
        }
        return vectors;
    }

    /// The same as bytes.
    static byte[][] bytes(long seed, int count, int dimension) {
        float[][] floats = floats(seed, count, dimension);
        byte[][] vectors = new byte[count][dimension];
        for (int v = 0; v < count; v++) {
            for (int i = 0; i < dimension; i++) {
                vectors[v][i] = (byte) Math.clamp(Math.round(floats[v][i] * 30), -128, 127);
            }
        }
        return vectors;
    }

    /// Unit length, which Lucene asks of vectors under DOT_PRODUCT.
    static void normalize(float[][] vectors) {
        for (float[] vector : vectors) {
            double squares = 0;
            for (float x : vector) {
                squares += (double) x * x;
            }
            float inverse = (float) (1 / Math.sqrt(squares));
            for (int i = 0; i < vector.length; i++) {
                vector[i] *= inverse;
            }
        }
    }
}
