package dev.kith.torture.damage;

import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/// Makes bytes that are almost right out of right ones: flips, awkward numbers, pieces cut, doubled, moved, or taken from
/// another sample.
final class ByteMutator {
    private static final long[] AWKWARD = {0, 1, -1, 2, 7, 8, 63, 64, 127, 128, 255, 256, 1 << 15, 1 << 16, 1 << 24, 1 << 30,
            Integer.MAX_VALUE, Integer.MIN_VALUE, 1L << 32, 1L << 40, Long.MAX_VALUE, Long.MIN_VALUE};
    private static final int MOST_BYTES = 1 << 14;
    private final SplittableRandom random;

    ByteMutator(SplittableRandom random) {
        this.random = random;
    }

    /// One to six changes of one of the samples.
    byte[] mutate(List<byte[]> samples) {
        byte[] bytes = samples.get(random.nextInt(samples.size())).clone();
        for (int n = 1 + random.nextInt(6); n > 0; n--) {
            bytes = change(bytes, samples);
        }
        return bytes;
    }

    private byte[] change(byte[] bytes, List<byte[]> samples) {
        if (bytes.length == 0) {
            return new byte[random.nextInt(9)];
        }
        int at = random.nextInt(bytes.length);
        switch (random.nextInt(9)) {
            case 0, 1 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
            case 2 -> bytes[at] = (byte) random.nextInt();
            case 3, 4 -> put(bytes, at);
            case 5 -> {
                return Arrays.copyOf(bytes, at);
            }
            case 6 -> {
                int length = random.nextInt(1 + Math.min(64, bytes.length - at));
                return spliced(bytes, at, at + length, new byte[0], 0, 0);
            }
            case 7 -> {
                int length = random.nextInt(1 + Math.min(256, bytes.length - at));
                return spliced(bytes, random.nextInt(bytes.length + 1), -1, bytes, at, length);
            }
            default -> {
                byte[] other = samples.get(random.nextInt(samples.size()));
                int from = random.nextInt(other.length + 1);
                return spliced(bytes, at, -1, other, from, random.nextInt(1 + Math.min(256, other.length - from)));
            }
        }
        return bytes;
    }

    /// A little-endian number of 1, 2, 4 or 8 bytes.
    private void put(byte[] bytes, int at) {
        long value = AWKWARD[random.nextInt(AWKWARD.length)] + random.nextInt(3) - 1;
        int width = 1 << random.nextInt(4);
        for (int i = 0; i < width && at + i < bytes.length; i++) {
            bytes[at + i] = (byte) (value >>> 8 * i);
        }
    }

    /// The bytes with `[from, to)` replaced by a piece of another array; `to` of -1 replaces nothing.
    private static byte[] spliced(byte[] bytes, int from, int to, byte[] other, int otherFrom, int length) {
        int end = to < 0 ? from : to;
        if (bytes.length - (end - from) + length > MOST_BYTES) {
            return bytes;
        }
        byte[] result = new byte[bytes.length - (end - from) + length];
        System.arraycopy(bytes, 0, result, 0, from);
        System.arraycopy(other, otherFrom, result, from, length);
        System.arraycopy(bytes, end, result, from + length, bytes.length - end);
        return result;
    }
}
