package dev.kith.internal.format;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.regex.Pattern;

/// What a snapshot consists of: the body of its `SNAPSHOT` file, as `docs/format/snapshot.md` tells. A manifest from elsewhere is
/// believed only as far as it can do no harm: paths are those that Kith writes and no others.
///
/// @param storeId the database that was copied
/// @param epochMillis when
/// @param sequences number of the last write in the snapshot by number of the collection
/// @param files all files but the manifest
public record SnapshotManifest(UUID storeId, long epochMillis, Map<Integer, Long> sequences, List<Entry> files) {
    private static final int MAX_FILES = 1_000_000;
    private static final Pattern PATH = Pattern
            .compile("CATALOG|KEYS|c[0-9]{1,9}/SCHEMA|c[0-9]{1,9}/(index|log)/[A-Za-z0-9_][A-Za-z0-9_.-]{0,199}");

    /// Copies.
    public SnapshotManifest {
        sequences = Collections.unmodifiableMap(new TreeMap<>(sequences));
        files = List.copyOf(files);
    }

    /// A file of a snapshot.
    ///
    /// @param path below the folder, with slashes
    /// @param bytes its length
    /// @param crc32c of all its bytes
    /// @param tail its last bytes, at most 32, by which an unchanged file is recognised: segment files end in a checksum
    public record Entry(String path, long bytes, int crc32c, byte[] tail) {
        /// Most bytes of a tail.
        public static final int TAIL_BYTES = 32;
    }

    /// The bytes of this.
    public byte[] encode() {
        Encoder out = new Encoder(64 + 64 * files.size());
        out.int64(storeId.getMostSignificantBits()).int64(storeId.getLeastSignificantBits()).int64(epochMillis);
        out.count(sequences.size());
        sequences.forEach((number, sequence) -> out.count(number).int64(sequence));
        out.count(files.size());
        for (Entry file : files) {
            out.string(file.path()).int64(file.bytes()).int32(file.crc32c()).count(file.tail().length).raw(file.tail());
        }
        return out.toBytes();
    }

    /// The manifest in those bytes.
    public static SnapshotManifest decode(ByteBuffer bytes) throws MalformedBytesException {
        Decoder in = new Decoder(bytes);
        UUID storeId = new UUID(in.int64(), in.int64());
        long epochMillis = in.int64();
        Map<Integer, Long> sequences = new TreeMap<>();
        int collections = in.count(9);
        for (int i = 0; i < collections; i++) {
            int number = in.count(0);
            long sequence = in.int64();
            if (number < 0 || sequence < 0 || sequences.put(number, sequence) != null) {
                throw in.malformed("collection numbers used once, with sequences of at least 0", sequence);
            }
        }
        int count = in.count(14);
        if (count < 0 || count > MAX_FILES) {
            throw in.malformed("at most " + MAX_FILES + " files", count);
        }
        List<Entry> files = new ArrayList<>(count);
        Set<String> paths = new HashSet<>();
        for (int i = 0; i < count; i++) {
            files.add(entry(in, paths));
        }
        in.end();
        return new SnapshotManifest(storeId, epochMillis, sequences, files);
    }

    private static Entry entry(Decoder in, Set<String> paths) throws MalformedBytesException {
        long at = in.position();
        String path = in.string();
        if (!PATH.matcher(path).matches() || path.contains("..")) {
            throw new MalformedBytesException(at, "the path of a file of a database", "'" + path + "'");
        }
        if (!paths.add(path)) {
            throw new MalformedBytesException(at, "each path once", "'" + path + "' twice");
        }
        long bytes = in.int64();
        int crc32c = in.int32();
        int tailBytes = in.count(1);
        if (bytes < 0 || tailBytes < 0 || tailBytes > Math.min(bytes, Entry.TAIL_BYTES)) {
            throw in.malformed("lengths that fit each other", bytes);
        }
        return new Entry(path, bytes, crc32c, in.raw(tailBytes));
    }
}
