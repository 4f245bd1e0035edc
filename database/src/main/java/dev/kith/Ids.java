package dev.kith;

import java.security.SecureRandom;
import java.util.UUID;

/// Makes ids for records that have none: uuids of version 7 (RFC 9562), which begin with the time, so that they sort by it and
/// can be made anywhere without asking anybody.
final class Ids {
    private static final SecureRandom RANDOM = new SecureRandom();

    private Ids() {}

    static String next() {
        long random = RANDOM.nextLong();
        long high = System.currentTimeMillis() << 16 | 0x7000 | random & 0xfff;
        long low = RANDOM.nextLong() >>> 2 | 1L << 63;
        return new UUID(high, low).toString();
    }
}
