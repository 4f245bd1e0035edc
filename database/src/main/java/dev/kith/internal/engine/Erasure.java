package dev.kith.internal.engine;

import dev.kith.StorageException;
import dev.kith.internal.index.DocumentMapper;
import dev.kith.internal.view.Leaf;
import dev.kith.internal.view.View;
import dev.kith.storage.Vfs;
import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.apache.lucene.index.FilterLeafReader;
import org.apache.lucene.index.IndexFileNames;
import org.apache.lucene.index.LeafReader;
import org.apache.lucene.index.PostingsEnum;
import org.apache.lucene.index.SegmentReader;
import org.apache.lucene.search.DocIdSetIterator;
import org.apache.lucene.util.Bits;

/// Removes every byte of deleted records from the files of a collection: segments that hold them are rewritten, the older commit and
/// the log up to the newest one are dropped, and the files they were in are waited for until they are gone.
final class Erasure {
    private static final int MAX_ROUNDS = 20;
    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(120);
    private static final long LOOK_MILLIS = 20;

    private final CollectionStore store;
    private final Set<String> filesBefore;

    /// Begins before the records are deleted.
    Erasure(CollectionStore store) throws IOException {
        this.store = store;
        this.filesBefore = new HashSet<>(store.setup().vfs().list(store.setup().index()));
    }

    /// Erases what is deleted by now. On a thread of our own.
    void run(List<String> ids) throws IOException {
        int rounds = 0;
        // a merge that was under way when the records were deleted carries them on, as deleted ones, into a new segment
        for (boolean more = find(ids); more; more = find(ids)) {
            if (++rounds > MAX_ROUNDS) {
                throw new StorageException(
                        "segments of collection " + store.setup().name() + " still hold what is to be erased after "
                                + MAX_ROUNDS + " rounds of merging",
                        null);
            }
            store.segments().mergeDeleted();
        }
        store.writes().between(() -> store.writes().commitAlone());
        awaitGone();
    }

    /// Whether a segment holds a deleted record of one of the ids.
    private boolean find(List<String> ids) throws IOException {
        store.refresher().refreshNow();
        View view = store.view();
        try {
            for (Leaf leaf : view.generation().leaves()) {
                if (find(leaf.reader(), ids)) {
                    return true;
                }
            }
            return false;
        } finally {
            view.release();
        }
    }

    private static boolean find(LeafReader leaf, List<String> ids) throws IOException {
        Bits live = leaf.getLiveDocs();
        if (live == null) {
            return false;
        }
        for (String id : ids) {
            PostingsEnum documents = leaf.postings(DocumentMapper.idTerm(id), PostingsEnum.NONE);
            if (documents != null) {
                for (int d = documents.nextDoc(); d != DocIdSetIterator.NO_MORE_DOCS; d = documents.nextDoc()) {
                    if (!live.get(d)) {
                        return true;
                    }
                }
            }
        }
        return false;
    }

    /// Readers in use keep the files of segments that were merged away. No file that was there before may be left but those that the
    /// newest commit and the newest reader need, which have been searched for what is to be erased.
    private void awaitGone() throws IOException {
        Vfs vfs = store.setup().vfs();
        long start = System.nanoTime();
        while (true) {
            store.refresher().refreshNow();
            store.segments().deleteUnusedFiles();
            Set<String> left = new HashSet<>(vfs.list(store.setup().index()));
            left.retainAll(filesBefore);
            left.removeAll(needed());
            left.removeIf(name -> name.startsWith(IndexFileNames.SEGMENTS)); // a list of segments has no records in it
            if (left.isEmpty()) {
                break;
            }
            if (System.nanoTime() - start > PATIENCE_NANOS) {
                throw new StorageException("erased, but searches, streams or merges begun before still hold files of collection "
                        + store.setup().name() + ": " + left + "; end them and erase again", null);
            }
            sleep();
        }
        vfs.syncDirectory(store.setup().index());
    }

    private Set<String> needed() throws IOException {
        Set<String> needed = new HashSet<>(store.segments().newestCommitFiles());
        View view = store.view();
        try {
            for (Leaf leaf : view.generation().leaves()) {
                if (FilterLeafReader.unwrap(leaf.reader()) instanceof SegmentReader segment) {
                    needed.addAll(segment.getSegmentInfo().files());
                }
            }
        } finally {
            view.release();
        }
        return needed;
    }

    private static void sleep() {
        try {
            Thread.sleep(LOOK_MILLIS);
        } catch (InterruptedException e) {
            // nobody has this thread to interrupt it
        }
    }
}
