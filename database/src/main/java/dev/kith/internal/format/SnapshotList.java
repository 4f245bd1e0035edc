package dev.kith.internal.format;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/// Where snapshots of a database were put: the body of its `SNAPSHOTS` file, as `docs/format/snapshot.md` tells.
///
/// @param snapshots oldest first
public record SnapshotList(List<Taken> snapshots) {
    /// Copies.
    public SnapshotList {
        snapshots = List.copyOf(snapshots);
    }

    /// A snapshot.
    ///
    /// @param folder absolute path
    /// @param epochMillis when it was taken
    public record Taken(String folder, long epochMillis) {}

    /// The bytes of this.
    public byte[] encode() {
        Encoder out = new Encoder(64 * snapshots.size() + 8);
        out.count(snapshots.size());
        snapshots.forEach(taken -> out.string(taken.folder()).int64(taken.epochMillis()));
        return out.toBytes();
    }

    /// The list in those bytes.
    public static SnapshotList decode(ByteBuffer bytes) throws MalformedBytesException {
        Decoder in = new Decoder(bytes);
        int count = in.count(9);
        List<Taken> snapshots = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            snapshots.add(new Taken(in.string(), in.int64()));
        }
        in.end();
        return new SnapshotList(snapshots);
    }
}
