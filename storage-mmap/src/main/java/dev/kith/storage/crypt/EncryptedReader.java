package dev.kith.storage.crypt;

import dev.kith.storage.CorruptFileException;
import dev.kith.storage.StorageException;
import dev.kith.storage.VfsReader;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicReferenceArray;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.SecretKey;
import org.jspecify.annotations.Nullable;

/// Decrypts a file block by block and believes none before its tag is right. Remembers a few blocks, because neighbouring records
/// are read one after the other. Thread-safe.
final class EncryptedReader implements VfsReader {
    private static final int REMEMBERED = 4;

    private final String name;
    private final VfsReader target;
    private final BlockLayout layout;
    private final SecretKey key;
    private final long lastBlock;
    private final long size;
    private final AtomicReferenceArray<@Nullable Block> remembered = new AtomicReferenceArray<>(REMEMBERED);

    private record Block(long number, byte[] plain) {}

    EncryptedReader(String name, VfsReader target, DataKey dataKey) throws StorageException {
        this.name = name;
        this.target = target;
        this.lastBlock = BlockLayout.lastBlock(target.size(), name);
        byte[] header = new byte[BlockLayout.HEADER_BYTES];
        target.readFully(ByteBuffer.wrap(header), 0);
        this.layout = BlockLayout.decode(header, name);
        this.key = dataKey.derive(EncryptedVfs.FILE_LABEL, layout.salt());
        this.size = BlockLayout.plainBytes(target.size());
        block(lastBlock); // a file cut at the end of a block has no block that is sealed as the last
    }

    @Override
    public long size() {
        return size;
    }

    @Override
    public void readFully(ByteBuffer into, long offset) throws StorageException {
        if (offset < 0 || into.remaining() > size - offset) {
            throw new CorruptFileException(name, Math.max(0, offset), "file length", "at least " + (offset + into.remaining()),
                    Long.toString(size));
        }
        long at = offset;
        while (into.hasRemaining()) {
            byte[] plain = block(at / BlockLayout.BLOCK_BYTES);
            int from = (int) (at % BlockLayout.BLOCK_BYTES);
            int count = Math.min(into.remaining(), plain.length - from);
            into.put(plain, from, count);
            at += count;
        }
    }

    private byte[] block(long number) throws StorageException {
        int slot = (int) (number % REMEMBERED);
        Block known = remembered.get(slot);
        if (known != null && known.number() == number) {
            return known.plain();
        }
        long at = BlockLayout.blockAt(number);
        byte[] sealed = new byte[(int) Math.min(BlockLayout.SEALED_BYTES, target.size() - at)];
        target.readFully(ByteBuffer.wrap(sealed), at);
        byte[] plain = new byte[sealed.length - Gcm.TAG_BYTES];
        Cipher cipher = Gcm.cipher(Cipher.DECRYPT_MODE, key, number, number == lastBlock ? 1 : 0, layout.bytes());
        try {
            Gcm.run(cipher, sealed, sealed.length, plain);
        } catch (AEADBadTagException damaged) {
            throw new CorruptFileException(name, at, "block " + number, "one sealed with this database's key",
                    "a tag that does not fit", damaged);
        }
        remembered.set(slot, new Block(number, plain));
        return plain;
    }

    @Override
    public void close() throws StorageException {
        target.close();
    }
}
