package dev.kith;

/// Keeps the key that protects a database's own key: a key management service, a hardware module, a key file. Kith makes a random
/// data key of 32 bytes for each database, asks for it to be wrapped, and stores the wrapped form only.
///
/// Called when a database is made, opened, or its key wrapped anew; not for reads and writes. An exception ends that call and
/// reaches the caller as the cause of a [WrongKeyException].
public interface KeyProvider {
    /// Protects a data key, in a way that [#unwrap(byte[])] notices every changed bit.
    ///
    /// @param dataKey 32 bytes; to be forgotten afterwards
    /// @return at most 4,096 bytes
    byte[] wrap(byte[] dataKey) throws Exception;

    /// The data key.
    ///
    /// @param wrapped what [#wrap(byte[])] returned, perhaps long ago and by another process
    byte[] unwrap(byte[] wrapped) throws Exception;

    /// Wraps with AES-256-GCM under a key that the caller keeps.
    ///
    /// @param key 32 bytes; copied
    static KeyProvider ofKey(byte[] key) {
        return new AesKeyProvider(key);
    }
}
