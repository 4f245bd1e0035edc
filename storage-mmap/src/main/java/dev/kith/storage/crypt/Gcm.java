package dev.kith.storage.crypt;

import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.SecretKey;
import javax.crypto.spec.GCMParameterSpec;

/// AES-256-GCM with nonces that are counted.
final class Gcm {
    static final int TAG_BYTES = 16;
    private static final int NONCE_BYTES = 12;

    private Gcm() {}

    /// @param counter never used twice with one key
    /// @param flag kept apart from the counter in the nonce
    static Cipher cipher(int mode, SecretKey key, long counter, int flag, byte[] associated) {
        try {
            byte[] nonce = ByteBuffer.allocate(NONCE_BYTES).putLong(counter).putInt(flag).array();
            Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
            cipher.init(mode, key, new GCMParameterSpec(TAG_BYTES * Byte.SIZE, nonce));
            cipher.updateAAD(associated);
            return cipher;
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException("every Java platform has AES/GCM/NoPadding", impossible);
        }
    }

    /// Encrypts or decrypts; returns the bytes put into `into`.
    ///
    /// @throws AEADBadTagException if the bytes are not what was encrypted, or not with this key, counter and flag
    static int run(Cipher cipher, byte[] from, int length, byte[] into) throws AEADBadTagException {
        try {
            return cipher.doFinal(from, 0, length, into, 0);
        } catch (AEADBadTagException damaged) {
            throw damaged;
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException("the buffers have the right lengths", impossible);
        }
    }
}
