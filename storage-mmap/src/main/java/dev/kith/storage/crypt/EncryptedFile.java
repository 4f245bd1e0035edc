package dev.kith.storage.crypt;

import dev.kith.storage.FileAccessException;
import dev.kith.storage.StorageException;
import dev.kith.storage.VfsFile;
import java.nio.ByteBuffer;
import java.util.Objects;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.SecretKey;
import org.jspecify.annotations.Nullable;

/// A file being encrypted. It is written from its beginning and once: the first [#force(boolean)], or closing, seals its last block,
/// and nothing can be written after that, because a block sealed twice would give away what changed.
final class EncryptedFile implements VfsFile {
    private final String name;
    private final VfsFile target;
    private final @Nullable BlockLayout layout;
    private final @Nullable SecretKey key;
    private final byte[] block;
    private final byte[] sealed;
    private int filled;
    private long blocks;
    private long position;
    private boolean finished;

    /// A new, empty file.
    EncryptedFile(String name, VfsFile target, DataKey dataKey) throws StorageException {
        this.name = name;
        this.target = target;
        BlockLayout fresh = BlockLayout.fresh();
        this.layout = fresh;
        this.key = dataKey.derive(EncryptedVfs.FILE_LABEL, fresh.salt());
        this.block = new byte[BlockLayout.BLOCK_BYTES];
        this.sealed = new byte[BlockLayout.SEALED_BYTES];
        target.write(ByteBuffer.wrap(fresh.bytes()));
    }

    /// A finished file, opened to be forced.
    EncryptedFile(String name, VfsFile target) {
        this.name = name;
        this.target = target;
        this.layout = null;
        this.key = null;
        this.block = new byte[0];
        this.sealed = new byte[0];
        this.position = BlockLayout.plainBytes(target.position());
        this.finished = true;
    }

    @Override
    public void write(ByteBuffer bytes) throws StorageException {
        if (finished && bytes.hasRemaining()) {
            throw new FileAccessException(name, "an encrypted file cannot be written to after it was forced", null);
        }
        while (bytes.hasRemaining()) {
            if (filled == block.length) {
                seal(false); // only now is it known not to be the last
            }
            int count = Math.min(bytes.remaining(), block.length - filled);
            bytes.get(block, filled, count);
            filled += count;
            position += count;
        }
    }

    private void seal(boolean last) throws StorageException {
        BlockLayout header = Objects.requireNonNull(layout);
        Cipher cipher = Gcm.cipher(Cipher.ENCRYPT_MODE, Objects.requireNonNull(key), blocks, last ? 1 : 0,
                header.bytes());
        int length;
        try {
            length = Gcm.run(cipher, block, filled, sealed);
        } catch (AEADBadTagException impossible) {
            throw new IllegalStateException("only decryption compares tags", impossible);
        }
        target.write(ByteBuffer.wrap(sealed, 0, length));
        blocks++;
        filled = 0;
    }

    private void finish() throws StorageException {
        if (!finished) {
            finished = true; // also after a failure: no block may be sealed a second time
            seal(true);
        }
    }

    @Override
    public long position() {
        return position;
    }

    @Override
    public void truncate(long size) throws StorageException {
        if (size != position) {
            throw new FileAccessException(name, "an encrypted file cannot be cut", null);
        }
    }

    @Override
    public void force(boolean metadata) throws StorageException {
        finish();
        target.force(metadata);
    }

    @Override
    public void close() throws StorageException {
        try (target) {
            finish();
        }
    }
}
