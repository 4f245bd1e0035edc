package dev.kith.storage.crypt;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Arrays;
import javax.crypto.Mac;
import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;

/// The random key of one store. It never encrypts anything itself: each file and each run of the log has a key of its own, the
/// HMAC-SHA256 of this one over a label and a random salt (the extract-then-expand idea of RFC 5869 with a uniform key, so that only
/// the expansion is needed). So no nonce can ever occur twice under one key. Immutable and thread-safe.
public final class DataKey {
    /// Length of a key.
    public static final int BYTES = 32;
    static final int SALT_BYTES = 16;
    private static final int CHECK_BYTES = 16;

    private final byte[] key;

    /// @param key 32 uniformly random bytes; copied
    public DataKey(byte[] key) {
        if (key.length != BYTES) {
            throw new IllegalArgumentException("key must have " + BYTES + " bytes, has " + key.length);
        }
        this.key = key.clone();
    }

    /// A new key.
    public static DataKey random() {
        return new DataKey(randomBytes(BYTES));
    }

    static byte[] randomBytes(int count) {
        byte[] bytes = new byte[count];
        new SecureRandom().nextBytes(bytes);
        return bytes;
    }

    /// A copy of the key, for wrapping.
    public byte[] bytes() {
        return key.clone();
    }

    /// 16 bytes by which the key can be recognised, and that tell nothing else about it.
    public byte[] check() {
        return Arrays.copyOf(mac("kith check", new byte[0]), CHECK_BYTES);
    }

    /// Whether [#check()] of the key that is meant is this.
    public boolean matches(byte[] check) {
        return MessageDigest.isEqual(check(), check);
    }

    SecretKey derive(String label, byte[] salt) {
        return new SecretKeySpec(mac(label, salt), "AES");
    }

    private byte[] mac(String label, byte[] salt) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key, "HmacSHA256"));
            mac.update(label.getBytes(StandardCharsets.US_ASCII));
            mac.update((byte) 0);
            return mac.doFinal(salt);
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException("every Java platform has HmacSHA256", impossible);
        }
    }

    /// Without the key.
    @Override
    public String toString() {
        return "DataKey";
    }
}
