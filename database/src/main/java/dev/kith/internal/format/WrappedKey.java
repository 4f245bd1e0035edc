package dev.kith.internal.format;

import java.nio.ByteBuffer;

/// The body of a database's key file, as `docs/format/encryption.md` tells: the data key, wrapped by the caller's key provider.
///
/// @param check by which the unwrapped key is recognised, 16 bytes
/// @param wrapped the data key as the provider wrapped it
public record WrappedKey(byte[] check, byte[] wrapped) {
    /// Longest wrapped form.
    public static final int MAX_WRAPPED_BYTES = 4_096;
    private static final int CHECK_BYTES = 16;

    /// Checks the lengths.
    public WrappedKey {
        if (check.length != CHECK_BYTES || wrapped.length < 1 || wrapped.length > MAX_WRAPPED_BYTES) {
            throw new IllegalArgumentException(
                    "a wrapped key has 1 to " + MAX_WRAPPED_BYTES + " bytes, this has " + wrapped.length);
        }
    }

    /// The bytes of this.
    public byte[] encode() {
        return new Encoder(CHECK_BYTES + wrapped.length + 8).raw(check).count(wrapped.length).raw(wrapped).toBytes();
    }

    /// The key in those bytes.
    public static WrappedKey decode(ByteBuffer bytes) throws MalformedBytesException {
        Decoder in = new Decoder(bytes);
        byte[] check = in.raw(CHECK_BYTES);
        int length = in.count(1);
        if (length < 1 || length > MAX_WRAPPED_BYTES) {
            throw in.malformed("1 to " + MAX_WRAPPED_BYTES + " bytes of wrapped key", length);
        }
        byte[] wrapped = in.raw(length);
        in.end();
        return new WrappedKey(check, wrapped);
    }

    /// Without the key.
    @Override
    public String toString() {
        return "WrappedKey[" + wrapped.length + " bytes]";
    }
}
