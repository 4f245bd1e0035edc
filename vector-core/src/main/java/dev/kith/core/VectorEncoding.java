package dev.kith.core;

/// How the components of a stored vector are kept.
public enum VectorEncoding {
    /// IEEE 754 single precision, little-endian.
    FLOAT32(4),
    /// Signed bytes, -128 to 127; the vector *is* these integers, it is not a quantized float vector.
    INT8(1),
    /// The upper half of a float32, little-endian: the same range, eight bits of precision, so that a component is off by at most 1/256 of
    /// itself. Vectors are given and returned as floats.
    BFLOAT16(2),
    /// IEEE 754 half precision, little-endian: eleven bits of precision, so that a component is off by at most 1/2,048 of itself, or by
    /// 2^-25 where it is below 2^-14; finite, up to [#MAX_FLOAT16]. Vectors are given and returned as floats.
    FLOAT16(2);

    /// The largest number that [#FLOAT16] holds.
    public static final float MAX_FLOAT16 = 65_504;

    private final int bytes;

    VectorEncoding(int bytes) {
        this.bytes = bytes;
    }

    /// Bytes of one component.
    public int bytes() {
        return bytes;
    }

    /// Whether vectors are given and returned as floats; else as bytes.
    public boolean floats() {
        return this != INT8;
    }
}
