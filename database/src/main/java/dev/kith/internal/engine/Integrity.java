package dev.kith.internal.engine;

import dev.kith.CollectionStats;
import dev.kith.CorruptDatabaseException;
import dev.kith.KithException;
import dev.kith.internal.view.Generation;
import dev.kith.internal.view.Leaf;
import dev.kith.internal.view.View;
import dev.kith.lucene.SegmentIntegrity;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.List;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.FilterLeafReader;
import org.apache.lucene.index.LeafReader;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.index.SegmentReader;
import org.jspecify.annotations.Nullable;

/// Compares the files of a collection with their checksums: all of them before the collection is opened if they are small, else in
/// the background. Damage in records or vectors ends reading and writing; a damaged index is set aside and built anew.
final class Integrity {
    private final Setup setup;
    private volatile long filesBytes;
    private volatile long verifiedBytes;
    private volatile boolean stopping;
    private volatile @Nullable KithException damage;

    Integrity(Setup setup) {
        this.setup = setup;
    }

    /// Checks the segments that are open now if they are small enough.
    ///
    /// @return whether there is nothing left to check
    /// @throws IOException if records or vectors are damaged
    boolean checkAtOpen(Segments segments, DirectoryReader reader) throws IOException {
        long total = 0;
        for (LeafReaderContext leaf : reader.leaves()) {
            total += bytes(segments, leaf.reader());
        }
        filesBytes = total;
        verifiedBytes = 0;
        boolean now = total <= setup.options().safety().verifyAtOpenBytes();
        for (LeafReaderContext leaf : reader.leaves()) {
            if (now) {
                check(segments, leaf.reader());
            } else if (SegmentIntegrity.indexSetAside(leaf.reader())) {
                segments.rebuild(name(leaf.reader()));
            }
        }
        return now;
    }

    /// Checks what a view holds, on a thread of its own. The view is released when that is done.
    void checkInBackground(Segments segments, View view) {
        Thread thread = new Thread(() -> {
            try {
                for (Leaf leaf : view.generation().leaves()) {
                    if (stopping) {
                        return;
                    }
                    check(segments, leaf.reader());
                }
            } catch (IOException | RuntimeException | InternalError e) {
                found(e);
            } finally {
                view.release();
            }
        }, "kith-integrity-" + setup.name());
        thread.setDaemon(true);
        thread.setPriority(Thread.MIN_PRIORITY);
        thread.start();
    }

    private void check(Segments segments, LeafReader leaf) throws IOException {
        long bytes = bytes(segments, leaf);
        SegmentIntegrity.checkPrimary(leaf);
        setDamagedIndexesAside(segments, leaf);
        verifiedBytes += bytes;
    }

    /// Checks the indexes of a segment; has the segment rewritten if one is damaged.
    static List<IOException> setDamagedIndexesAside(Segments segments, LeafReader leaf) throws IOException {
        List<IOException> damages = new ArrayList<>(SegmentIntegrity.setDamagedIndexesAside(leaf));
        if (!damages.isEmpty()) {
            segments.rebuild(name(leaf));
        }
        return damages;
    }

    private static String name(LeafReader leaf) {
        return FilterLeafReader.unwrap(leaf) instanceof SegmentReader segment ? segment.getSegmentName() : "";
    }

    private static long bytes(Segments segments, LeafReader leaf) throws IOException {
        long bytes = 0;
        if (FilterLeafReader.unwrap(leaf) instanceof SegmentReader segment) {
            for (String file : segment.getSegmentInfo().files()) {
                try {
                    bytes += segments.directory().fileLength(file);
                } catch (java.nio.file.NoSuchFileException e) {
                    // merged away meanwhile
                }
            }
        }
        return bytes;
    }

    /// Records and vectors cannot be believed any more: nothing is answered from now on. Anything but damage is not for here.
    void found(Throwable failure) {
        RuntimeException translated = Failures.translate(failure);
        if (translated instanceof CorruptDatabaseException corrupt && !stopping) {
            if (damage == null) {
                damage = corrupt;
            }
            System.getLogger("dev.kith").log(Level.ERROR, "collection " + setup.name() + " is damaged and answers no more",
                    corrupt);
        } else if (!stopping) {
            System.getLogger("dev.kith").log(Level.WARNING, "checking collection " + setup.name() + " ended early", translated);
        }
    }

    /// @throws KithException if damage was found
    void ensureSound() {
        KithException found = damage;
        if (found != null) {
            throw found instanceof CorruptDatabaseException c
                    ? new CorruptDatabaseException(c.file(), c.offset(), c.expected(), c.found(), c)
                    : found;
        }
    }

    boolean damaged() {
        return damage != null;
    }

    /// No more checks: the collection closes.
    void stop() {
        stopping = true;
    }

    CollectionStats.Integrity stats(Generation generation, boolean olderCommit) {
        int setAside = 0;
        for (Leaf leaf : generation.leaves()) {
            setAside += SegmentIntegrity.indexSetAside(leaf.reader()) ? 1 : 0;
        }
        KithException found = damage;
        return new CollectionStats.Integrity(filesBytes, verifiedBytes, setAside, olderCommit,
                found == null ? null : String.valueOf(found.getMessage()));
    }
}
