package dev.kith.internal.format;

import dev.kith.Field;
import dev.kith.MultiVector;
import dev.kith.MultiVectorField;
import dev.kith.SparseVector;
import dev.kith.SparseVectorField;
import java.nio.ByteBuffer;

/// The bytes of sparse vectors and multi-vectors, as `docs/format/record.md` tells: in the log, and as doc values of a segment.
public final class WideCodec {
    private WideCodec() {}

    /// Whether a field value is kept in this way, beside the source.
    public static boolean isWide(Object value) {
        return value instanceof SparseVector || value instanceof MultiVector;
    }

    /// The bytes of a [SparseVector] or [MultiVector].
    public static byte[] encode(Object value) {
        return switch (value) {
            case SparseVector sparse -> {
                Encoder out = new Encoder(8 * sparse.size());
                for (int i = 0; i < sparse.size(); i++) {
                    out.int32(sparse.index(i));
                }
                for (int i = 0; i < sparse.size(); i++) {
                    out.int32(Float.floatToIntBits(sparse.weight(i)));
                }
                yield out.toBytes();
            }
            case MultiVector multi -> {
                float[] components = multi.toFloats();
                yield new Encoder(4 * components.length).floats(components).toBytes();
            }
            default -> throw new IllegalStateException("neither a sparse nor a multi-vector: " + value.getClass());
        };
    }

    /// The value in those bytes.
    public static Object decode(Field field, ByteBuffer bytes) throws MalformedBytesException {
        Decoder in = new Decoder(bytes);
        try {
            return switch (field) {
                case SparseVectorField _ -> sparse(in);
                case MultiVectorField multi -> MultiVector.of(multi.dimension(), in.floats(whole(in, 4)));
                default -> throw in.malformed("the number of a sparse or multi-vector field", in.position());
            };
        } catch (IllegalArgumentException e) {
            MalformedBytesException malformed = new MalformedBytesException(0, field.describe(), String.valueOf(e.getMessage()));
            malformed.initCause(e);
            throw malformed;
        }
    }

    private static SparseVector sparse(Decoder in) throws MalformedBytesException {
        int count = whole(in, 8);
        int[] indices = new int[count];
        for (int i = 0; i < count; i++) {
            indices[i] = in.int32();
            if (i > 0 && indices[i] <= indices[i - 1]) {
                throw in.malformed("ascending indices", indices[i]);
            }
        }
        SparseVector vector = SparseVector.of(indices, in.floats(count));
        if (vector.size() != count) {
            throw in.malformed("weights that are not zero", 0);
        }
        return vector;
    }

    private static int whole(Decoder in, int bytesEach) throws MalformedBytesException {
        if (in.remaining() % bytesEach != 0) {
            throw in.malformed("a multiple of " + bytesEach + " bytes", in.remaining());
        }
        return in.remaining() / bytesEach;
    }
}
