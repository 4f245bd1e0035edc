package dev.kith.storage.inspect;

import dev.kith.storage.StorageException;
import dev.kith.storage.VfsReader;
import java.io.IOException;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.UUID;
import java.util.zip.CRC32C;
import net.openhft.chronicle.bytes.Bytes;
import net.openhft.chronicle.bytes.HexDumpBytes;

/// Lines of bytes with what they mean beside them, drawn by Chronicle's [HexDumpBytes] over heap memory. Each line begins
/// with its byte offset in the file, in hexadecimal.
final class HexDump {
    private static final int LINE_BYTES = 16;

    private final VfsReader reader;
    private final Appendable out;
    private final int contentBytes;

    HexDump(VfsReader reader, Appendable out, int contentBytes) {
        this.reader = reader;
        this.out = out;
        this.contentBytes = contentBytes;
    }

    long fileBytes() {
        return reader.size();
    }

    byte[] read(long offset, int length) throws StorageException {
        byte[] bytes = new byte[length];
        reader.readFully(ByteBuffer.wrap(bytes), offset);
        return bytes;
    }

    /// CRC32C of `length` bytes of the file, after `prefix`.
    int crc(byte[] prefix, long offset, long length) throws StorageException {
        CRC32C crc = new CRC32C();
        crc.update(prefix, 0, prefix.length);
        for (long done = 0; done < length;) {
            byte[] chunk = read(offset + done, (int) Math.min(1 << 16, length - done));
            crc.update(chunk, 0, chunk.length);
            done += chunk.length;
        }
        return (int) crc.getValue();
    }

    /// A line of text.
    void say(String text) throws IOException {
        out.append("# ").append(text).append('\n');
    }

    void blankLine() throws IOException {
        out.append('\n');
    }

    /// A header, one field after the other.
    void struct(StructLayout layout, long offset) throws IOException {
        byte[] bytes = read(offset, (int) layout.byteSize());
        HexDumpBytes drawing = drawing(offset);
        int at = 0;
        for (MemoryLayout field : layout.memberLayouts()) {
            String name = field.name().orElse("reserved");
            int length = (int) field.byteSize();
            String description = name + " " + value(name, field, bytes, at);
            for (int end = at + length; at < end;) { // a line per call, or a long field and the next share one
                int count = Math.min(LINE_BYTES, end - at);
                drawing.writeHexDumpDescription(description);
                drawing.write(bytes, at, count);
                at += count;
            }
        }
        finish(drawing);
    }

    /// Some bytes under one description.
    void bytes(long offset, int length, String description) throws IOException {
        if (length > 0) {
            HexDumpBytes drawing = drawing(offset);
            drawing.writeHexDumpDescription(description);
            drawing.write(read(offset, length), 0, length);
            finish(drawing);
        }
    }

    /// The beginning of a payload or section.
    void content(long offset, long length, String description) throws IOException {
        int shown = (int) Math.min(length, contentBytes);
        bytes(offset, shown, description);
        if (shown < length) {
            say((length - shown) + " more bytes of " + description);
        }
    }

    /// Says so if a checksum is wrong.
    void compare(String what, int stored, int summed) throws IOException {
        if (stored != summed) {
            say("WRONG " + what + ": the bytes sum to " + hex(summed) + ", but " + hex(stored) + " was stored");
        }
    }

    static int intAt(byte[] bytes, long offset) {
        return MemorySegment.ofArray(bytes).get(ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN), offset);
    }

    static long longAt(byte[] bytes, long offset) {
        return MemorySegment.ofArray(bytes).get(ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN), offset);
    }

    static long offsetOf(StructLayout layout, String field) {
        return layout.byteOffset(MemoryLayout.PathElement.groupElement(field));
    }

    static String hex(int value) {
        return String.format(Locale.ROOT, "0x%08x", value);
    }

    private static String value(String name, MemoryLayout field, byte[] bytes, int at) {
        int length = (int) field.byteSize();
        return switch (name) {
            case "magic", "kind" -> "'" + new String(bytes, at, length, StandardCharsets.ISO_8859_1) + "'";
            case "identity", "storeId" -> uuid(bytes, at).toString();
            case "reserved" -> "";
            default -> switch (field) {
                case ValueLayout.OfLong _ -> Long.toString(longAt(bytes, at));
                case ValueLayout.OfInt _ ->
                    name.endsWith("Crc") ? hex(intAt(bytes, at)) : Integer.toUnsignedString(intAt(bytes, at));
                case ValueLayout.OfByte _ -> Integer.toString(bytes[at]);
                default -> "";
            };
        };
    }

    private static UUID uuid(byte[] bytes, int at) {
        ByteBuffer buffer = ByteBuffer.wrap(bytes, at, 16);
        return new UUID(buffer.getLong(), buffer.getLong());
    }

    private static HexDumpBytes drawing(long base) {
        HexDumpBytes drawing = new HexDumpBytes(Bytes.allocateElasticOnHeap());
        drawing.numberWrap(LINE_BYTES);
        drawing.offsetFormat((offset, into) -> into.append(String.format(Locale.ROOT, "%08x", base + offset)));
        return drawing;
    }

    private void finish(HexDumpBytes drawing) throws IOException {
        for (String line : drawing.toHexString().split("\n")) {
            out.append(line.stripTrailing()).append('\n');
        }
        drawing.releaseLast();
    }
}
