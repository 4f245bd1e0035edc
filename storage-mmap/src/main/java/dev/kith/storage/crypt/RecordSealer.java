package dev.kith.storage.crypt;

import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import javax.crypto.Cipher;
import javax.crypto.SecretKey;

/// Encrypts single records, such as those of a log: AES-256-GCM under a key derived from the [DataKey], the store and a random salt
/// that each sealer draws anew, with a counter as nonce. A log that loses its tail and goes on can therefore never use a nonce twice.
/// Thread-safe.
///
/// | offset | bytes | field | content |
/// |---:|---:|---|---|
/// | 0 | 16 | salt | random, the same for all records of one opening |
/// | 16 | 8 | counter | big-endian, from 0 |
/// | 24 | n | ciphertext | as long as the plaintext |
/// | 24 + n | 16 | tag | over the ciphertext and the 16 bytes of the store's id |
public final class RecordSealer {
    /// How much longer a sealed record is.
    public static final int OVERHEAD_BYTES = DataKey.SALT_BYTES + Long.BYTES + Gcm.TAG_BYTES;
    private static final int PREFIX_BYTES = DataKey.SALT_BYTES + Long.BYTES;
    private static final String LABEL = "kith record";

    private final DataKey dataKey;
    private final byte[] store;
    private final Salted own;
    private final AtomicLong counter = new AtomicLong();
    private volatile Salted lastOpened;

    private record Salted(byte[] salt, SecretKey key) {}

    /// @param store records of another store are refused
    public RecordSealer(DataKey dataKey, UUID store) {
        this.dataKey = dataKey;
        this.store = ByteBuffer.allocate(16).putLong(store.getMostSignificantBits()).putLong(store.getLeastSignificantBits())
                .array();
        this.own = salted(DataKey.randomBytes(DataKey.SALT_BYTES));
        this.lastOpened = own;
    }

    private Salted salted(byte[] salt) {
        return new Salted(salt, dataKey.derive(LABEL, salt));
    }

    /// The record encrypted.
    public byte[] seal(byte[] plain) {
        long number = counter.getAndIncrement();
        byte[] sealed = new byte[Math.addExact(plain.length, OVERHEAD_BYTES)];
        ByteBuffer.wrap(sealed).put(own.salt()).putLong(number);
        try {
            Gcm.cipher(Cipher.ENCRYPT_MODE, own.key(), number, 0, store).doFinal(plain, 0, plain.length, sealed, PREFIX_BYTES);
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException("the buffer has the right length", impossible);
        }
        return sealed;
    }

    /// The record decrypted.
    ///
    /// @throws GeneralSecurityException if it is not a record sealed for this store with this key
    public byte[] open(ByteBuffer record) throws GeneralSecurityException {
        if (record.remaining() < OVERHEAD_BYTES) {
            throw new GeneralSecurityException("a sealed record has at least " + OVERHEAD_BYTES + " bytes, this has "
                    + record.remaining());
        }
        byte[] sealed = new byte[record.remaining()];
        record.get(sealed);
        byte[] salt = Arrays.copyOf(sealed, DataKey.SALT_BYTES);
        Salted salted = lastOpened;
        if (!Arrays.equals(salted.salt(), salt)) {
            salted = salted(salt);
            lastOpened = salted;
        }
        long number = ByteBuffer.wrap(sealed).getLong(DataKey.SALT_BYTES);
        return Gcm.cipher(Cipher.DECRYPT_MODE, salted.key(), number, 0, store).doFinal(sealed, PREFIX_BYTES,
                sealed.length - PREFIX_BYTES);
    }
}
