package dev.kith.storage.inspect;

import dev.kith.storage.CorruptFileException;
import dev.kith.storage.UnsupportedFormatException;
import dev.kith.storage.Vfs;
import dev.kith.storage.VfsReader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/// Annotated hex dumps of containers, log files and their witness. Damage is shown, not refused: every checksum is compared, and what
/// is wrong is said where it stands. Nothing is changed.
public final class Inspector {
    /// Bytes of one payload or section that are shown where nothing else is asked for.
    public static final int DEFAULT_CONTENT_BYTES = 64;

    private static final int MAGIC_BYTES = 8;

    private Inspector() {}

    /// Dumps a file with up to [#DEFAULT_CONTENT_BYTES] of each payload or section.
    public static void dump(Path file, Appendable out) throws IOException {
        dump(Vfs.local(), file, out, DEFAULT_CONTENT_BYTES);
    }

    /// Dumps a file.
    ///
    /// @param contentBytes bytes shown of each payload or section, at least 0
    /// @throws UnsupportedFormatException if it is none of these
    public static void dump(Vfs vfs, Path file, Appendable out, int contentBytes) throws IOException {
        if (contentBytes < 0) {
            throw new IllegalArgumentException("contentBytes must be at least 0, was " + contentBytes);
        }
        String name = String.valueOf(file.getFileName());
        try (VfsReader reader = vfs.openRead(file)) {
            String magic = magic(reader, file);
            HexDump dump = new HexDump(reader, out, contentBytes);
            switch (magic) {
                case "KITHCONT" -> new ContainerDump(dump, name).write();
                case "KITHWLOG" -> new LogDump(dump, name).write();
                case "KITHWTNS" -> new WitnessDump(dump, name).write();
                default -> throw new UnsupportedFormatException(file.toString(), "magic", "KITHCONT, KITHWLOG, KITHWTNS",
                        "'" + magic + "'");
            }
        }
    }

    private static String magic(VfsReader reader, Path file) throws IOException {
        if (reader.size() < MAGIC_BYTES) {
            throw new CorruptFileException(file.toString(), 0, "file length", "at least " + MAGIC_BYTES,
                    Long.toString(reader.size()));
        }
        byte[] bytes = new byte[MAGIC_BYTES];
        reader.readFully(ByteBuffer.wrap(bytes), 0);
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }
}
