package dev.kith.internal.format;

import dev.kith.Expiry;
import dev.kith.Field;
import dev.kith.FieldType;
import dev.kith.IndexSpec;
import dev.kith.IndexSpec.Auto.Filters;
import dev.kith.IndexSpec.Hnsw.Rows;
import dev.kith.IndexSpec.IvfPq.Codes;
import dev.kith.IndexSpec.IvfPq.Rerank;
import dev.kith.Limits;
import dev.kith.MultiVectorField;
import dev.kith.ScalarField;
import dev.kith.SparseVectorField;
import dev.kith.TextAnalysis;
import dev.kith.TextField;
import dev.kith.VectorField;
import dev.kith.core.Metric;
import dev.kith.core.VectorEncoding;
import dev.kith.internal.model.NumberedSchema;
import dev.kith.internal.model.NumberedSchema.NumberedField;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// The body of a collection's schema file, as `docs/format/catalog.md` tells. Codes of enum constants are written out here, so
/// that reordering an enum cannot change the format.
public final class SchemaCodec {
    private static final int VECTOR = 1;
    private static final int SCALAR = 2;
    private static final int TEXT = 3;
    private static final int SPARSE = 4;
    private static final int MULTI = 5;
    private static final List<Metric> METRICS = List.of(Metric.SQUARED_L2, Metric.INNER_PRODUCT, Metric.COSINE);
    private static final List<VectorEncoding> ENCODINGS = List.of(VectorEncoding.FLOAT32, VectorEncoding.INT8,
            VectorEncoding.BFLOAT16, VectorEncoding.FLOAT16);
    private static final List<Codes> CODES = List.of(Codes.SIGN, Codes.PRODUCT_4, Codes.PRODUCT_8);
    private static final List<Rerank> RERANKS = List.of(Rerank.VECTORS, Rerank.BFLOAT16, Rerank.INT8);
    private static final List<Rows> ROWS = List.of(Rows.FAST, Rows.COMPACT, Rows.LINKS);
    private static final List<Filters> FILTERS = List.of(Filters.BROAD, Filters.SELECTIVE);
    private static final List<FieldType> TYPES = List.of(FieldType.KEYWORD, FieldType.INTEGER, FieldType.LONG, FieldType.FLOAT,
            FieldType.DOUBLE, FieldType.BOOLEAN, FieldType.INSTANT, FieldType.GEO_POINT, FieldType.UUID);
    private static final List<TextAnalysis> ANALYSES = List.of(TextAnalysis.STANDARD, TextAnalysis.ENGLISH, TextAnalysis.GERMAN,
            TextAnalysis.CJK);

    private SchemaCodec() {}

    /// The bytes of a schema.
    public static byte[] encode(NumberedSchema schema) {
        Encoder out = new Encoder(256);
        out.count(schema.nextNumber()).count(schema.fields().size());
        for (NumberedField numbered : schema.fields()) {
            out.count(numbered.number()).string(numbered.field().name());
            switch (numbered.field()) {
                case VectorField field -> writeVector(out.u8(VECTOR), field);
                case ScalarField field -> writeScalar(out.u8(SCALAR), numbered, field);
                case TextField field -> out.u8(TEXT).u8(1 + ANALYSES.indexOf(field.analysis()));
                case SparseVectorField _ -> out.u8(SPARSE);
                case MultiVectorField field ->
                    out.u8(MULTI).count(field.dimension()).u8(1 + METRICS.indexOf(field.metric()));
            }
        }
        Expiry expiry = schema.schema().expiry();
        out.u8(schema.schema().dynamic() ? 1 : 0).u8(expiry == null ? 0 : 1);
        if (expiry != null) {
            out.count(schema.named(expiry.field()).number()).int64(expiry.after().toNanos());
        }
        return out.toBytes();
    }

    private static void writeScalar(Encoder out, NumberedField numbered, ScalarField field) {
        out.u8(1 + TYPES.indexOf(field.type())).u8(field.list() ? 1 : 0).u8(field.defaultValue() == null ? 0 : 1);
        if (field.defaultValue() != null) {
            RecordCodec.writeField(out, numbered, field.defaultValue());
        }
    }

    private static ScalarField readScalar(Decoder in, String name) throws MalformedBytesException {
        ScalarField field = new ScalarField(name, code(in, TYPES), code(in, List.of(false, true), 0));
        if (!code(in, List.of(false, true), 0)) {
            return field;
        }
        Object value = RecordCodec.readField(in, new NumberedField(0, field));
        if (value == null) {
            throw in.malformed("a default value", 0);
        }
        return field.withDefault(value);
    }

    private static void writeVector(Encoder out, VectorField field) {
        out.count(field.dimension()).u8(1 + METRICS.indexOf(field.metric())).u8(1 + ENCODINGS.indexOf(field.encoding()))
                .u8(field.optional() ? 1 : 0).string(field.model() == null ? "" : field.model());
        switch (field.index()) {
            case IndexSpec.Flat _ -> out.u8(1);
            case IndexSpec.Hnsw(int m, int efConstruction, Rows rows) ->
                out.u8(2).count(m).count(efConstruction).u8(1 + ROWS.indexOf(rows));
            case IndexSpec.IvfPq(int nlist, Codes codes, Rerank rerank) ->
                out.u8(3).count(nlist).u8(1 + CODES.indexOf(codes)).u8(1 + RERANKS.indexOf(rerank));
            case IndexSpec.Auto(long memoryBytes, Filters filters) ->
                out.u8(4).int64(memoryBytes).u8(1 + FILTERS.indexOf(filters));
        }
    }

    /// The schema in those bytes.
    public static NumberedSchema decode(ByteBuffer bytes) throws MalformedBytesException {
        Decoder in = new Decoder(bytes);
        int nextNumber = in.count(0);
        int count = in.count(4);
        if (count > Limits.MAX_FIELDS) {
            throw in.malformed("at most " + Limits.MAX_FIELDS + " fields", count);
        }
        List<NumberedField> fields = new ArrayList<>(count);
        try {
            for (int i = 0; i < count; i++) {
                int number = in.number(nextNumber, "a field number");
                fields.add(new NumberedField(number, readField(in, in.string())));
            }
            boolean dynamic = code(in, List.of(false, true), 0);
            Expiry expiry = code(in, List.of(false, true), 0) ? readExpiry(in, fields) : null;
            in.end();
            return new NumberedSchema(fields, nextNumber, dynamic, expiry);
        } catch (IllegalArgumentException e) {
            MalformedBytesException malformed = new MalformedBytesException(in.position(), "a schema",
                    String.valueOf(e.getMessage()));
            malformed.initCause(e);
            throw malformed;
        }
    }

    private static Expiry readExpiry(Decoder in, List<NumberedField> fields) throws MalformedBytesException {
        int number = in.count(0);
        for (NumberedField field : fields) {
            if (field.number() == number) {
                return new Expiry(field.field().name(), Duration.ofNanos(in.int64()));
            }
        }
        throw in.malformed("the number of a field", number);
    }

    private static Field readField(Decoder in, String name) throws MalformedBytesException {
        int kind = in.u8();
        return switch (kind) {
            case VECTOR -> readVector(in, name);
            case SCALAR -> readScalar(in, name);
            case TEXT -> new TextField(name, code(in, ANALYSES));
            case SPARSE -> new SparseVectorField(name);
            case MULTI -> new MultiVectorField(name, in.count(0), code(in, METRICS));
            default -> throw in.malformed("field kind 1 to 5", kind);
        };
    }

    private static VectorField readVector(Decoder in, String name) throws MalformedBytesException {
        int dimension = in.count(0);
        Metric metric = code(in, METRICS);
        VectorEncoding encoding = code(in, ENCODINGS);
        boolean optional = code(in, List.of(false, true), 0);
        String model = in.string();
        int kind = in.u8();
        IndexSpec index = switch (kind) {
            case 1 -> IndexSpec.flat();
            case 2 -> new IndexSpec.Hnsw(in.count(0), in.count(0), code(in, ROWS));
            case 3 -> new IndexSpec.IvfPq(in.count(0), code(in, CODES), code(in, RERANKS));
            case 4 -> IndexSpec.auto(in.int64(), code(in, FILTERS));
            default -> throw in.malformed("index kind 1 to 4", kind);
        };
        return new VectorField(name, dimension, metric, encoding, index, optional, model.isEmpty() ? null : model);
    }

    private static <T> T code(Decoder in, List<T> values) throws MalformedBytesException {
        return code(in, values, 1);
    }

    private static <T> T code(Decoder in, List<T> values, int first) throws MalformedBytesException {
        int code = in.u8();
        if (code < first || code - first >= values.size()) {
            throw in.malformed("a code in [" + first + ", " + (first + values.size() - 1) + "]", code);
        }
        return values.get(code - first);
    }
}
