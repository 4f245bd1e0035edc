package dev.kith.internal.engine;

import dev.kith.CorruptDatabaseException;
import dev.kith.core.BuildControl;
import dev.kith.internal.index.DocumentMapper;
import dev.kith.internal.index.GraphMergePolicy;
import dev.kith.internal.index.LastTwoCommits;
import dev.kith.internal.index.LuceneFields;
import dev.kith.internal.index.SegmentCodec;
import dev.kith.internal.index.VfsDirectory;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.List;
import java.util.Map;
import org.apache.lucene.analysis.Analyzer;
import org.apache.lucene.document.Document;
import org.apache.lucene.index.ConcurrentMergeScheduler;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexCommit;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.IndexWriterConfig.OpenMode;
import org.apache.lucene.index.SegmentInfos;
import org.apache.lucene.store.Directory;
import org.jspecify.annotations.Nullable;

/// The Lucene side of a collection: one writer over one folder. A commit records the sequence number of the last operation in
/// it; all up to that one, and none above, are in the commit.
final class Segments {
    private static final String SEQUENCE = "kith.sequence";
    private static final String STORE = "kith.store";
    private static final double BUFFER_MEGABYTES = 256; // the bound on recent writes flushes earlier
    private static final int MAX_WAITING_MERGES = 12;

    private final Setup setup;
    private final VfsDirectory directory;
    private final IndexWriter writer;
    private final GraphMergePolicy policy;
    private volatile boolean closing;
    private volatile long committed;

    private Segments(Setup setup, Analyzer analyzer, OpenMode mode) throws IOException {
        this.setup = setup;
        this.policy = new GraphMergePolicy(setup.options().graphRecords());
        this.directory = new VfsDirectory(setup.vfs(), setup.index());
        this.committed = mode == OpenMode.CREATE ? 0 : readCommitted();
        BuildControl control = new BuildControl() {
            @Override
            public boolean cancelled() {
                return closing;
            }

            @Override
            public void progress(long done, long total) {}
        }.withBatchScorer(setup.builds());
        this.writer = new IndexWriter(directory, config(analyzer, mode, control));
    }

    private IndexWriterConfig config(Analyzer analyzer, OpenMode mode, BuildControl control) {
        return new IndexWriterConfig(analyzer).setOpenMode(mode).setCommitOnClose(false).setUseCompoundFile(false)
                .setCodec(new SegmentCodec(setup.schema(), setup.options().graphRecords(), control))
                .setMergePolicy(policy).setMergeScheduler(scheduler())
                .setRAMBufferSizeMB(BUFFER_MEGABYTES).setMaxFullFlushMergeWaitMillis(0)
                .setIndexDeletionPolicy(new LastTwoCommits()).setParentField(LuceneFields.PARENT);
    }

    private ConcurrentMergeScheduler scheduler() {
        ConcurrentMergeScheduler scheduler = new ConcurrentMergeScheduler() {
            @Override
            protected void handleMergeException(Throwable failure) {
                if (!closing) {
                    Logger log = System.getLogger("dev.kith");
                    log.log(Level.WARNING, "a merge of collection " + setup.name() + " failed; its segments stay as they are",
                            failure);
                }
            }
        };
        scheduler.setMaxMergesAndThreads(MAX_WAITING_MERGES, 1);
        scheduler.disableAutoIOThrottle();
        return scheduler;
    }

    /// Makes the empty index of a new collection.
    static void create(Setup setup, Analyzer analyzer) throws IOException {
        Segments segments = new Segments(setup, analyzer, OpenMode.CREATE);
        segments.commit(0);
        segments.close();
    }

    /// Opens the index at its newest commit. A missing one is damage, never an empty collection.
    static Segments open(Setup setup, Analyzer analyzer) throws IOException {
        return new Segments(setup, analyzer, OpenMode.APPEND);
    }

    private long readCommitted() throws IOException {
        SegmentInfos newest = SegmentInfos.readLatestCommit(directory);
        Map<String, String> data = newest.getUserData();
        String store = data.get(STORE);
        if (!setup.storeId().toString().equals(store)) {
            throw new CorruptDatabaseException(setup.index().toString(), -1, "the index of store " + setup.storeId(),
                    store == null ? "an index of something else" : "that of store " + store, null);
        }
        return sequence(data);
    }

    private long sequence(Map<String, String> data) {
        String text = String.valueOf(data.get(SEQUENCE));
        try {
            return Long.parseLong(text);
        } catch (NumberFormatException e) {
            throw new CorruptDatabaseException(setup.index().toString(), -1, "a sequence number in the commit", text, e);
        }
    }

    /// Sequence of the newest commit.
    long committed() {
        return committed;
    }

    /// Commits all operations applied so far, the last of which has that sequence; durable on return.
    ///
    /// @return the sequence of the older of the two commits kept
    long commit(long sequence) throws IOException {
        Map<String, String> data = Map.of(SEQUENCE, Long.toString(sequence), STORE, setup.storeId().toString());
        writer.setLiveCommitData(data.entrySet());
        writer.commit();
        committed = sequence;
        List<IndexCommit> commits = DirectoryReader.listCommits(directory);
        return sequence(commits.getFirst().getUserData());
    }

    /// Adds a document whose id is nowhere in the index.
    void add(Document document) throws IOException {
        writer.addDocument(document);
    }

    /// Adds a document in place of the one of that id, if there is one.
    void replace(String id, Document document) throws IOException {
        writer.updateDocument(DocumentMapper.idTerm(id), document);
    }

    /// Deletes the document of that id, if there is one.
    void delete(String id) throws IOException {
        writer.deleteDocuments(DocumentMapper.idTerm(id));
    }

    /// A reader of everything applied so far.
    DirectoryReader reader() throws IOException {
        return DirectoryReader.open(writer, true, false);
    }

    /// A newer reader, or null if nothing changed.
    @Nullable
    DirectoryReader newer(DirectoryReader than) throws IOException {
        return DirectoryReader.openIfChanged(than, writer, true);
    }

    /// Tells whether writes pause, which is the time for merges that make searches faster.
    void resting(boolean now) throws IOException {
        policy.resting(now);
        if (now) {
            policy.unwatched(false);
            writer.maybeMerge();
        }
    }

    /// Tells whether somebody searched since the last refresh.
    void watched(boolean now) {
        policy.unwatched(!now);
    }

    /// Merges everything into one segment.
    void mergeAll() throws IOException {
        writer.forceMerge(1, true);
    }

    /// The directory.
    Directory directory() {
        return directory;
    }

    /// Asks builds and merges to stop; called before the last commit.
    void beginClosing() {
        closing = true;
        policy.stop();
    }

    /// Closes without committing; what was not committed is in the log.
    void close() throws IOException {
        closing = true;
        try {
            writer.rollback();
        } finally {
            directory.close();
        }
    }
}
