package dev.kith.internal.model;

/// Sizes and order of strings as UTF-8, without encoding them.
public final class Utf8 {
    private Utf8() {}

    /// Bytes of the text in UTF-8, or -1 if it has a surrogate without its partner and so has no UTF-8 form.
    public static long length(String text) {
        long bytes = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c < 0x80) {
                bytes++;
            } else if (c < 0x800) {
                bytes += 2;
            } else if (!Character.isSurrogate(c)) {
                bytes += 3;
            } else if (Character.isHighSurrogate(c) && i + 1 < text.length() && Character.isLowSurrogate(text.charAt(i + 1))) {
                bytes += 4;
                i++;
            } else {
                return -1;
            }
        }
        return bytes;
    }

    /// Checks that the text has a UTF-8 form of at most `maxBytes` bytes.
    public static void check(String text, long maxBytes, Refusal refusal) {
        long bytes = length(text);
        if (bytes < 0) {
            throw refusal.of("text without lone surrogates", "a surrogate without its partner");
        }
        if (bytes > maxBytes) {
            throw refusal.of("at most " + maxBytes + " bytes of UTF-8", bytes + " bytes");
        }
    }

    /// Compares by code point, which is the order of the UTF-8 bytes; `String.compareTo` differs above U+FFFF.
    public static int compare(String a, String b) {
        int n = Math.min(a.length(), b.length());
        for (int i = 0; i < n; i++) {
            char x = a.charAt(i);
            char y = b.charAt(i);
            if (x != y) {
                boolean xs = Character.isSurrogate(x);
                return xs == Character.isSurrogate(y) ? Character.compare(x, y) : xs ? 1 : -1;
            }
        }
        return Integer.compare(a.length(), b.length());
    }
}
