package dev.kith.internal.format;

import java.nio.ByteBuffer;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;

/// Which collections a database has: the body of its catalog file, as `docs/format/catalog.md` tells. Immutable.
///
/// @param storeId names this database for ever
/// @param nextNumber the first collection number never given
/// @param collections numbers by name
public record Catalog(UUID storeId, int nextNumber, Map<String, Integer> collections) {
    /// Copies.
    public Catalog {
        collections = Collections.unmodifiableMap(new TreeMap<>(collections));
    }

    /// A database without collections.
    public static Catalog empty(UUID storeId) {
        return new Catalog(storeId, 1, Map.of());
    }

    /// With one collection more, which gets [#nextNumber()].
    public Catalog with(String name) {
        Map<String, Integer> more = new TreeMap<>(collections);
        more.put(name, nextNumber);
        return new Catalog(storeId, nextNumber + 1, more);
    }

    /// With one collection less.
    public Catalog without(String name) {
        Map<String, Integer> less = new TreeMap<>(collections);
        less.remove(name);
        return new Catalog(storeId, nextNumber, less);
    }

    /// The bytes of this.
    public byte[] encode() {
        Encoder out = new Encoder(256);
        out.int64(storeId.getMostSignificantBits()).int64(storeId.getLeastSignificantBits());
        out.count(nextNumber).count(collections.size());
        collections.forEach((name, number) -> out.count(number).string(name));
        return out.toBytes();
    }

    /// The catalog in those bytes.
    public static Catalog decode(ByteBuffer bytes) throws MalformedBytesException {
        Decoder in = new Decoder(bytes);
        UUID storeId = new UUID(in.int64(), in.int64());
        int nextNumber = in.count(0);
        int count = in.count(2);
        Map<String, Integer> collections = new TreeMap<>();
        for (int i = 0; i < count; i++) {
            int number = in.number(nextNumber, "a collection number");
            if (collections.put(in.string(), number) != null) {
                throw in.malformed("names used once", number);
            }
        }
        in.end();
        return new Catalog(storeId, nextNumber, collections);
    }
}
