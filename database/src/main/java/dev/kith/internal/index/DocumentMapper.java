package dev.kith.internal.index;

import dev.kith.FieldType;
import dev.kith.GeoPoint;
import dev.kith.MultiVectorField;
import dev.kith.Record;
import dev.kith.ScalarField;
import dev.kith.SparseVector;
import dev.kith.SparseVectorField;
import dev.kith.TextField;
import dev.kith.VectorField;
import dev.kith.VectorValue;
import dev.kith.core.Metric;
import dev.kith.internal.format.WideCodec;
import dev.kith.internal.model.FieldValues;
import dev.kith.internal.model.Lifetimes;
import dev.kith.internal.model.NumberedSchema;
import dev.kith.internal.model.NumberedSchema.NumberedField;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.lucene.document.BinaryDocValuesField;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.DoubleField;
import org.apache.lucene.document.Field;
import org.apache.lucene.document.FloatField;
import org.apache.lucene.document.IntField;
import org.apache.lucene.document.KeywordField;
import org.apache.lucene.document.KnnByteVectorField;
import org.apache.lucene.document.KnnFloatVectorField;
import org.apache.lucene.document.LatLonDocValuesField;
import org.apache.lucene.document.LatLonPoint;
import org.apache.lucene.document.LongField;
import org.apache.lucene.document.NumericDocValuesField;
import org.apache.lucene.document.StoredField;
import org.apache.lucene.document.StringField;
import org.apache.lucene.index.DocValuesType;
import org.apache.lucene.index.IndexOptions;
import org.apache.lucene.index.IndexableField;
import org.apache.lucene.index.Term;
import org.apache.lucene.index.VectorSimilarityFunction;
import org.apache.lucene.util.BitUtil;
import org.apache.lucene.util.BytesRef;

/// Makes the Lucene document of a record that fits the schema.
///
/// | field | Lucene |
/// |---|---|
/// | id | a term and binary doc values |
/// | keyword, boolean | terms and sorted-set doc values |
/// | integer, long, instant, float32, float64 | points and sorted-numeric doc values |
/// | uuid | terms of 16 bytes, big-endian, and sorted-set doc values |
/// | geo point | points and sorted-numeric doc values of two dimensions |
/// | null | a term in the field of nulls |
/// | sparse vector | binary doc values, and a term for each index |
/// | multi-vector | binary doc values |
/// | text | analyzed terms with positions and norms |
/// | vector | a KNN vector field |
public final class DocumentMapper {
    private static final org.apache.lucene.document.FieldType ID_TYPE = idType();
    private static final BytesRef FALSE = new BytesRef("0");
    private static final BytesRef TRUE = new BytesRef("1");

    private final NumberedSchema schema;

    /// @param schema what the records fit
    public DocumentMapper(NumberedSchema schema) {
        this.schema = schema;
    }

    private static org.apache.lucene.document.FieldType idType() {
        org.apache.lucene.document.FieldType type = new org.apache.lucene.document.FieldType();
        type.setIndexOptions(IndexOptions.DOCS);
        type.setTokenized(false);
        type.setOmitNorms(true);
        type.setDocValuesType(DocValuesType.BINARY);
        type.freeze();
        return type;
    }

    /// The term that names a record.
    public static Term idTerm(String id) {
        return new Term(LuceneFields.ID, new BytesRef(id));
    }

    /// The document.
    ///
    /// @param source the record's stored source
    /// @param sequence of the write
    public Document document(Record record, byte[] source, long sequence) {
        Document document = new Document();
        document.add(new Field(LuceneFields.ID, new BytesRef(record.id()), ID_TYPE));
        document.add(new StoredField(LuceneFields.SOURCE, source));
        document.add(new NumericDocValuesField(LuceneFields.SEQUENCE, sequence));
        for (Map.Entry<String, VectorValue> entry : record.vectors().entrySet()) {
            document.add(vector(schema.named(entry.getKey()), entry.getValue()));
        }
        for (Map.Entry<String, Object> entry : record.fields().entrySet()) {
            add(document, schema.named(entry.getKey()), entry.getValue());
        }
        long end = Lifetimes.endNanos(schema.schema(), record);
        if (end != Lifetimes.NEVER) {
            document.add(new LongField(LuceneFields.END, end, Field.Store.NO));
        }
        for (String name : record.nulls()) {
            document.add(new StringField(LuceneFields.NULLS, nullTerm(schema.named(name)), Field.Store.NO));
        }
        return document;
    }

    /// The term of a field that is null.
    public static String nullTerm(NumberedField field) {
        return Integer.toString(field.number());
    }

    /// Sets the sequence number of a document made before its write had one.
    public void stamp(Document document, long sequence) {
        ((Field) document.getField(LuceneFields.SEQUENCE)).setLongValue(sequence);
    }

    private static IndexableField vector(NumberedField numbered, VectorValue value) {
        String name = LuceneFields.name(numbered);
        VectorSimilarityFunction similarity = similarity(((VectorField) numbered.field()).metric());
        return switch (value) {
            case VectorValue.Floats floats -> new KnnFloatVectorField(name, floats.toFloats(), similarity);
            case VectorValue.Bytes bytes -> new KnnByteVectorField(name, bytes.toBytes(), similarity);
        };
    }

    /// Lucene's name of a metric.
    public static VectorSimilarityFunction similarity(Metric metric) {
        return switch (metric) {
            case SQUARED_L2 -> VectorSimilarityFunction.EUCLIDEAN;
            case INNER_PRODUCT -> VectorSimilarityFunction.MAXIMUM_INNER_PRODUCT;
            case COSINE -> VectorSimilarityFunction.COSINE;
        };
    }

    private static void add(Document document, NumberedField numbered, Object value) {
        String name = LuceneFields.name(numbered);
        switch (numbered.field()) {
            case TextField _ ->
                document.add(new org.apache.lucene.document.TextField(name, (String) value, Field.Store.NO));
            case ScalarField field when field.list() ->
                ((List<?>) value).forEach(v -> addScalar(document, name, field.type(), v));
            case ScalarField field -> addScalar(document, name, field.type(), value);
            case SparseVectorField _ -> {
                document.add(new BinaryDocValuesField(name, new BytesRef(WideCodec.encode(value))));
                SparseVector vector = (SparseVector) value;
                for (int i = 0; i < vector.size(); i++) {
                    document.add(new StringField(LuceneFields.sparseTerms(numbered), sparseTerm(vector.index(i)),
                            Field.Store.NO));
                }
            }
            case MultiVectorField _ -> document.add(new BinaryDocValuesField(name, new BytesRef(WideCodec.encode(value))));
            case VectorField field -> throw new IllegalStateException("a vector among the values: " + field.name());
        }
    }

    /// The term of an index of a sparse vector.
    public static BytesRef sparseTerm(int index) {
        byte[] bytes = new byte[4];
        BitUtil.VH_BE_INT.set(bytes, 0, index);
        return new BytesRef(bytes);
    }

    private static void addScalar(Document document, String name, FieldType type, Object value) {
        if (type == FieldType.GEO_POINT) {
            GeoPoint point = (GeoPoint) value;
            document.add(new LatLonPoint(name, point.latitude(), point.longitude()));
            document.add(new LatLonDocValuesField(name, point.latitude(), point.longitude()));
        } else {
            document.add(scalar(name, type, value));
        }
    }

    private static IndexableField scalar(String name, FieldType type, Object value) {
        return switch (type) {
            case KEYWORD, BOOLEAN, UUID -> new KeywordField(name, term(value), Field.Store.NO);
            case INTEGER -> new IntField(name, (Integer) value, Field.Store.NO);
            case LONG -> new LongField(name, (Long) value, Field.Store.NO);
            case FLOAT -> new FloatField(name, (Float) value, Field.Store.NO);
            case DOUBLE -> new DoubleField(name, (Double) value, Field.Store.NO);
            case INSTANT -> new LongField(name, FieldValues.nanos((Instant) value), Field.Store.NO);
            case GEO_POINT -> throw new IllegalStateException("a geo point makes two fields");
        };
    }

    /// The term of a keyword, boolean or uuid.
    public static BytesRef term(Object value) {
        return switch (value) {
            case Boolean b -> b ? TRUE : FALSE;
            case UUID uuid -> {
                byte[] bytes = new byte[16];
                BitUtil.VH_BE_LONG.set(bytes, 0, uuid.getMostSignificantBits());
                BitUtil.VH_BE_LONG.set(bytes, 8, uuid.getLeastSignificantBits());
                yield new BytesRef(bytes);
            }
            default -> new BytesRef((String) value);
        };
    }
}
