package dev.kith.storage;

import java.nio.charset.StandardCharsets;

/// What a container holds: four printable ASCII characters that name the content, and the version of that content's own
/// format, at least 1.
public record ContainerKind(String code, int version) {
    public ContainerKind {
        if (code.length() != 4 || !code.chars().allMatch(c -> c > ' ' && c < 127)) {
            throw new IllegalArgumentException("code must be 4 printable ASCII characters, was '" + code + "'");
        }
        if (version < 1) {
            throw new IllegalArgumentException("version must be at least 1, was " + version);
        }
    }

    int codeBits() {
        byte[] ascii = code.getBytes(StandardCharsets.US_ASCII);
        return ascii[0] & 255 | (ascii[1] & 255) << 8 | (ascii[2] & 255) << 16 | (ascii[3] & 255) << 24;
    }

    static String codeOf(int bits) {
        byte[] ascii = {(byte) bits, (byte) (bits >> 8), (byte) (bits >> 16), (byte) (bits >> 24)};
        return new String(ascii, StandardCharsets.ISO_8859_1);
    }
}
