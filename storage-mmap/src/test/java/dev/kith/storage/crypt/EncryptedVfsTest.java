package dev.kith.storage.crypt;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.kith.storage.CorruptFileException;
import dev.kith.storage.FileAccessException;
import dev.kith.storage.StorageException;
import dev.kith.storage.UnsupportedFormatException;
import dev.kith.storage.Vfs;
import dev.kith.storage.VfsFile;
import dev.kith.storage.VfsReader;
import dev.kith.storage.WriteMode;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Nothing of an encrypted file can be read without its key, and nothing of it can be changed unnoticed.
class EncryptedVfsTest {
    private static final long SEED = Long.getLong("kith.seed", 41);
    private static final int BLOCK = BlockLayout.BLOCK_BYTES;

    @TempDir Path folder;
    private final DataKey key = DataKey.random();
    private final Vfs vfs = new EncryptedVfs(Vfs.local(), key, path -> path.endsWith("plain"));

    private Path write(String name, byte[] content, int pieces) throws StorageException {
        Path path = folder.resolve(name);
        try (VfsFile file = vfs.openWrite(path, WriteMode.CREATE_NEW)) {
            for (int i = 0; i < pieces; i++) {
                int from = (int) ((long) content.length * i / pieces);
                int to = (int) ((long) content.length * (i + 1) / pieces);
                file.write(ByteBuffer.wrap(content, from, to - from));
                assertEquals(to, file.position());
            }
        }
        try (VfsFile file = vfs.openWrite(path, WriteMode.APPEND)) {
            assertEquals(content.length, file.position());
            file.force(true);
        }
        return path;
    }

    private static byte[] random(int length) {
        byte[] bytes = new byte[length];
        new Random(SEED + length).nextBytes(bytes);
        return bytes;
    }

    @Test
    void whatIsWrittenIsReadAtEveryLength() throws IOException {
        for (int length : new int[]{0, 1, 100, BLOCK - 1, BLOCK, BLOCK + 1, 2 * BLOCK, 3 * BLOCK + 77}) {
            byte[] content = random(length);
            Path path = write("f" + length, content, 5);
            assertEquals(length, vfs.size(path));
            assertArrayEquals(content, vfs.readAll(path, length));
            assertThrows(CorruptFileException.class, () -> vfs.readAll(path, length - 1));
            try (Arena arena = Arena.ofConfined(); VfsReader reader = vfs.openRead(path)) {
                assertArrayEquals(content, vfs.map(path, arena).toArray(ValueLayout.JAVA_BYTE));
                Random random = new Random(SEED);
                for (int i = 0; i < 50 && length > 0; i++) {
                    int from = random.nextInt(length);
                    int count = random.nextInt(Math.min(100_000, length - from) + 1);
                    ByteBuffer part = ByteBuffer.allocate(count);
                    reader.readFully(part, from);
                    assertArrayEquals(Arrays.copyOfRange(content, from, from + count), part.array());
                }
                assertThrows(CorruptFileException.class, () -> reader.readFully(ByteBuffer.allocate(1), length));
            }
        }
    }

    @Test
    void nothingReadableIsOnDiskAndNoTwoFilesAreAlike() throws IOException {
        byte[] content = "a secret that must not be found ".repeat(5000).getBytes(StandardCharsets.US_ASCII);
        Path one = write("one", content, 3);
        Path two = write("two", content, 3);
        String disk = new String(Files.readAllBytes(one), StandardCharsets.ISO_8859_1);
        assertFalse(disk.contains("secret"));
        assertNotEquals(disk, new String(Files.readAllBytes(two), StandardCharsets.ISO_8859_1));
        Path plain = write("plain", content, 1);
        assertArrayEquals(content, Files.readAllBytes(plain));
    }

    private void assertRefused(Path path, String what) {
        StorageException e = assertThrows(StorageException.class, () -> vfs.readAll(path, 1 << 22), what);
        assertEquals(true, e instanceof CorruptFileException || e instanceof UnsupportedFormatException, what + ": " + e);
    }

    @Test
    void everyChangeIsNoticed() throws IOException {
        byte[] content = random(2 * BLOCK + 5000);
        Path path = write("f", content, 7);
        byte[] sound = Files.readAllBytes(path);
        Random random = new Random(SEED);
        for (int i = 0; i < 400; i++) {
            byte[] changed = sound.clone();
            int place = i < 100 ? i : i < 200 ? sound.length - 1 - (i - 100) : random.nextInt(sound.length);
            changed[place] ^= (byte) (1 << random.nextInt(8));
            Files.write(path, changed);
            assertRefused(path, "byte " + place);
        }
        for (int length : new int[]{0, 10, 63, 64, 79, 64 + BLOCK + 16, 64 + 2 * (BLOCK + 16), sound.length - 1,
                sound.length - 16}) {
            Files.write(path, Arrays.copyOf(sound, length));
            assertRefused(path, "cut to " + length);
        }
        Files.write(path, Arrays.copyOf(sound, sound.length + 16));
        assertRefused(path, "longer");
        byte[] swapped = sound.clone();
        System.arraycopy(sound, 64, swapped, 64 + BLOCK + 16, BLOCK + 16);
        System.arraycopy(sound, 64 + BLOCK + 16, swapped, 64, BLOCK + 16);
        Files.write(path, swapped);
        assertRefused(path, "blocks exchanged");
        byte[] other = Files.readAllBytes(write("g", content, 7));
        System.arraycopy(other, 64, sound, 64, BLOCK + 16);
        Files.write(path, sound);
        assertRefused(path, "a block of another file");
    }

    @Test
    void anotherKeyOpensNothing() throws IOException {
        Path path = write("f", random(1000), 1);
        Vfs other = new EncryptedVfs(Vfs.local(), DataKey.random(), _ -> false);
        assertThrows(CorruptFileException.class, () -> other.openRead(path));
    }

    /// A block sealed twice with one nonce would give away what changed.
    @Test
    void aForcedFileCannotGrowOrShrink() throws IOException {
        Path path = folder.resolve("f");
        try (VfsFile file = vfs.openWrite(path, WriteMode.CREATE_NEW)) {
            file.write(ByteBuffer.wrap(new byte[10]));
            file.force(true);
            assertThrows(FileAccessException.class, () -> file.write(ByteBuffer.wrap(new byte[1])));
            assertThrows(FileAccessException.class, () -> file.truncate(5));
            file.force(true);
        }
        try (VfsFile file = vfs.openWrite(path, WriteMode.APPEND)) {
            assertThrows(FileAccessException.class, () -> file.write(ByteBuffer.wrap(new byte[1])));
        }
        assertEquals(10, vfs.readAll(path, 10).length);
    }

    @Test
    void recordsAreSealedForOneStoreAndNoOther() throws GeneralSecurityException {
        UUID store = new UUID(1, 2);
        RecordSealer sealer = new RecordSealer(key, store);
        byte[] plain = "some record".getBytes(StandardCharsets.US_ASCII);
        byte[] one = sealer.seal(plain);
        byte[] two = sealer.seal(plain);
        assertFalse(Arrays.equals(one, two));
        assertEquals(plain.length + RecordSealer.OVERHEAD_BYTES, one.length);
        RecordSealer later = new RecordSealer(key, store);
        assertArrayEquals(plain, later.open(ByteBuffer.wrap(one)));
        assertArrayEquals(plain, later.open(ByteBuffer.wrap(two)));
        assertThrows(GeneralSecurityException.class, () -> new RecordSealer(key, new UUID(1, 3)).open(ByteBuffer.wrap(one)));
        assertThrows(GeneralSecurityException.class,
                () -> new RecordSealer(DataKey.random(), store).open(ByteBuffer.wrap(one)));
        for (int i = 0; i < one.length; i++) {
            byte[] changed = one.clone();
            changed[i] ^= 1;
            assertThrows(GeneralSecurityException.class, () -> later.open(ByteBuffer.wrap(changed)), "byte " + i);
            int length = i;
            assertThrows(GeneralSecurityException.class, () -> later.open(ByteBuffer.wrap(one, 0, length)), "cut to " + i);
        }
    }
}
