package dev.kith.core;

/// How the components of a stored vector are kept.
public enum VectorEncoding {
    /// IEEE 754 single precision, little-endian.
    FLOAT32(4),
    /// Signed bytes, -128 to 127; the vector *is* these integers, it is not a quantized float vector.
    INT8(1);

    private final int bytes;

    VectorEncoding(int bytes) {
        this.bytes = bytes;
    }

    /// Bytes of one component.
    public int bytes() {
        return bytes;
    }
}
