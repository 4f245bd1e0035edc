package dev.kith.storage.fault;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// What a disk holds: entries by path, contents by file number. Not thread-safe.
final class DiskImage {
    /// The entry of a folder.
    static final int DIRECTORY = -1;

    private final TreeMap<Path, Integer> entries;
    private final Map<Integer, Content> contents;

    /// Bytes of a file.
    static final class Content {
        private byte[] bytes;
        private int length;

        Content(byte[] bytes) {
            this.bytes = bytes;
            this.length = bytes.length;
        }

        int length() {
            return length;
        }

        byte[] copy(int from, int to) {
            return Arrays.copyOfRange(bytes, from, to);
        }

        void put(int offset, byte[] source) {
            int end = Math.addExact(offset, source.length);
            if (end > bytes.length) {
                bytes = Arrays.copyOf(bytes, Math.max(end, bytes.length * 2));
            }
            System.arraycopy(source, 0, bytes, offset, source.length);
            length = Math.max(length, end);
        }

        /// Cuts, or extends with zeros.
        void setLength(int newLength) {
            if (newLength > bytes.length) {
                bytes = Arrays.copyOf(bytes, newLength);
            }
            if (newLength < length) {
                Arrays.fill(bytes, newLength, length, (byte) 0);
            }
            length = newLength;
        }
    }

    DiskImage() {
        this.entries = new TreeMap<>();
        this.contents = new HashMap<>();
    }

    DiskImage copy() {
        DiskImage copy = new DiskImage();
        copy.entries.putAll(entries);
        contents.forEach((file, content) -> copy.contents.put(file, new Content(content.copy(0, content.length()))));
        return copy;
    }

    @Nullable
    Integer entry(Path path) {
        return entries.get(path);
    }

    Map<Path, Integer> entries() {
        return entries;
    }

    /// The content of a file, made empty where there is none yet.
    Content content(int file) {
        return contents.computeIfAbsent(file, _ -> new Content(new byte[0]));
    }

    /// Makes one change, whole.
    void apply(DiskOperation operation) {
        switch (operation) {
            case DiskOperation.CreateDirectory(Path path) -> entries.put(path, DIRECTORY);
            case DiskOperation.CreateFile(Path path, int file) -> entries.put(path, file);
            case DiskOperation.Write(int file, long offset, byte[] bytes) -> content(file).put((int) offset, bytes);
            case DiskOperation.Truncate(int file, long size) -> content(file).setLength((int) size);
            case DiskOperation.Rename(Path _, Path _) -> throw new IllegalArgumentException("use rename");
            case DiskOperation.Delete(Path path) -> entries.remove(path);
            case DiskOperation.Force _,DiskOperation.FailedForce _,DiskOperation.SyncDirectory _,DiskOperation.Mark _ -> {
            }
        }
    }

    /// Gives `file` the name `to`; the name `from` vanishes if it still means that file.
    void rename(Path from, Path to, int file) {
        entries.remove(from, file);
        entries.put(to, file);
    }

    /// Removes entries whose folder is gone, as they cannot be reached.
    void dropUnreachable(Path root) {
        boolean changed = true;
        while (changed) {
            changed = entries.keySet().removeIf(path -> {
                Path parent = path.getParent();
                return parent != null && !parent.equals(root) && !entries.containsKey(parent);
            });
        }
    }
}
