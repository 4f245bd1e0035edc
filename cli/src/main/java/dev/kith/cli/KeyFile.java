package dev.kith.cli;

import dev.kith.KeyProvider;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;

/// A key in a file: 32 bytes, or 64 hexadecimal digits.
final class KeyFile {
    private static final int KEY_BYTES = 32;

    private KeyFile() {}

    static KeyProvider read(Path file) {
        try {
            if (Files.size(file) > 4 * KEY_BYTES) {
                throw wrong(file, Files.size(file) + " bytes");
            }
            byte[] bytes = Files.readAllBytes(file);
            if (bytes.length == KEY_BYTES) {
                return KeyProvider.ofKey(bytes);
            }
            String text = new String(bytes, StandardCharsets.US_ASCII).strip();
            if (!text.matches("[0-9a-fA-F]{64}")) {
                throw wrong(file, bytes.length + " bytes that are something else");
            }
            return KeyProvider.ofKey(HexFormat.of().parseHex(text));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read the key file " + file + ": " + e.getMessage(), e);
        }
    }

    private static IllegalArgumentException wrong(Path file, String found) {
        return new IllegalArgumentException(
                "the key file " + file + " must hold 32 bytes or 64 hexadecimal digits, holds " + found);
    }
}
