package dev.kith.documents;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.TreeMap;
import java.util.Map;

/// What a chunk says, in 128 bits of SHA-256 each: its text, which decides whether it is embedded, and its metadata.
record Hashes(String text, String metadata) {
    static Hashes of(String text, Map<String, Object> metadata) {
        return new Hashes(hash(text), metadata.isEmpty() ? "-" : hash(MetadataJson.write(new TreeMap<>(metadata))));
    }

    private static String hash(String text) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest, 0, 16);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
