package dev.kith.internal.engine;

import dev.kith.CorruptDatabaseException;
import dev.kith.core.BuildControl;
import dev.kith.internal.index.Commits;
import dev.kith.internal.index.DocumentMapper;
import dev.kith.internal.index.GraphMergePolicy;
import dev.kith.internal.index.LastTwoCommits;
import dev.kith.internal.index.LuceneFields;
import dev.kith.internal.index.Pace;
import dev.kith.internal.index.SegmentCodec;
import dev.kith.internal.index.VfsDirectory;
import dev.kith.internal.observe.Watch;
import dev.kith.storage.ThreadPriority;
import dev.kith.storage.WriteAheadLog;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.lang.System.Logger;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;
import org.apache.lucene.analysis.Analyzer;
import org.apache.lucene.document.Document;
import org.apache.lucene.index.ConcurrentMergeScheduler;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexCommit;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig.OpenMode;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.MergePolicy;
import org.apache.lucene.index.SegmentCommitInfo;
import org.apache.lucene.index.SegmentInfos;
import org.apache.lucene.index.SnapshotDeletionPolicy;
import org.apache.lucene.store.Directory;
import org.jspecify.annotations.Nullable;

/// The Lucene side of a collection: one writer over one folder. A commit records the sequence number of the last operation in
/// it; all up to that one, and none above, are in the commit.
final class Segments {
    private static final Logger LOG = System.getLogger("dev.kith");
    private static final String SEQUENCE = "kith.sequence";
    private static final String STORE = "kith.store";
    private static final long BUFFER_BYTES = 256L << 20; // the bound on recent writes flushes earlier
    private static final int MAX_WAITING_MERGES = 12;

    private final Setup setup;
    private final Watch watch;
    private final GivenUp givenUp;
    private final VfsDirectory directory;
    private final IndexWriter writer;
    private final Pace pace = new Pace(System::nanoTime);
    private final GraphMergePolicy policy;
    private final LastTwoCommits kept = new LastTwoCommits();
    private final SnapshotDeletionPolicy pins = new SnapshotDeletionPolicy(kept);
    private final boolean olderCommit;
    private volatile boolean closing;
    private volatile long committed;
    private volatile boolean builtSinceCommit;
    /// Whether everything was compared with its checksums when it was opened.
    private boolean verified;
    private volatile Consumer<Throwable> damageListener = _ -> {};

    /// @param hidden commits that could not be read
    private Segments(Setup setup, Analyzer analyzer, OpenMode mode, Set<String> hidden, boolean olderCommit)
            throws IOException {
        this.setup = setup;
        this.watch = new Watch(setup.name(), setup.options().observation());
        this.policy = new GraphMergePolicy(setup.options().graphRecords(), pace);
        this.directory = new VfsDirectory(setup.vfs(), setup.index(), setup.mapped(), hidden);
        this.olderCommit = olderCommit;
        this.committed = mode == OpenMode.CREATE ? 0 : readCommitted();
        BuildControl control = new BuildControl() {
            @Override
            public boolean cancelled() {
                return closing;
            }

            @Override
            public void progress(long done, long total) {}
        }.withBatchScorer(setup.accelerators().builds()).withThreads(setup.options().buildThreads());
        this.givenUp = new GivenUp(setup.name());
        setup.memory().collections(1);
        try {
            this.writer = new IndexWriter(directory, config(analyzer, mode, control));
        } catch (IOException | RuntimeException | Error failure) {
            setup.memory().collections(-1);
            throw failure;
        }
    }

    /// What Lucene may buffer, which changes when collections are opened and closed.
    private double bufferMegabytes() {
        return setup.memory().bufferBytes(BUFFER_BYTES) / (double) (1 << 20);
    }

    /// What was given up to stay within the memory budget.
    GivenUp givenUp() {
        return givenUp;
    }

    private IndexWriterConfig config(Analyzer analyzer, OpenMode mode, BuildControl control) {
        return new IndexWriterConfig(analyzer).setOpenMode(mode).setCommitOnClose(false).setUseCompoundFile(false)
                .setCodec(new SegmentCodec(setup.schema(), new SegmentCodec.Building(setup.options().graphRecords(), control,
                        this::records, setup.memory(), givenUp::add, pace)))
                .setMergePolicy(policy).setMergeScheduler(scheduler())
                .setRAMBufferSizeMB(bufferMegabytes()).setMaxFullFlushMergeWaitMillis(0)
                .setIndexDeletionPolicy(pins).setParentField(LuceneFields.PARENT);
    }

    /// Records in segments and in the writer's memory, deleted ones that were not merged away included.
    private long records() {
        return writer.getDocStats().maxDoc;
    }

    private ConcurrentMergeScheduler scheduler() {
        ConcurrentMergeScheduler scheduler = new ConcurrentMergeScheduler() {
            @Override
            protected void doMerge(MergeSource source, MergePolicy.OneMerge merge) throws IOException {
                if (!pace.unwatched()) {
                    ThreadPriority.lower();
                }
                try (Watch.Merging merging = watch.merging(merge.segments.size(), merge.totalNumDocs())) {
                    long start = System.nanoTime();
                    super.doMerge(source, merge);
                    merging.done();
                    built(merge, System.nanoTime() - start);
                }
            }

            @Override
            protected void handleMergeException(Throwable failure) {
                if (!closing) {
                    damageListener.accept(failure);
                    LOG.log(Level.WARNING, "a merge of collection " + setup.name() + " failed; its segments stay as they are",
                            failure);
                }
            }
        };
        scheduler.setMaxMergesAndThreads(MAX_WAITING_MERGES, 1);
        scheduler.disableAutoIOThrottle();
        return scheduler;
    }

    /// A merge that built an index has done work that a killed process would have to do again, so it is to be committed soon. Its
    /// files are forced here: the commit, which holds up writers, is then short.
    private void built(MergePolicy.OneMerge merge, long nanos) throws IOException {
        SegmentCommitInfo made = merge.getMergeInfo();
        if (made != null && !merge.isAborted() && made.info.maxDoc() >= setup.options().graphRecords()
                && !SegmentCodec.graphLater(made.info)) {
            pace.built(made.info.maxDoc(), nanos);
            directory.syncPresent(made.files());
            builtSinceCommit = true;
        }
    }

    /// Whether a merge has built an index since this was last asked.
    boolean takeBuilt() {
        boolean was = builtSinceCommit;
        if (was) {
            builtSinceCommit = false;
        }
        return was;
    }

    /// Makes the empty index of a new collection.
    static void create(Setup setup, Analyzer analyzer) throws IOException {
        Segments segments = new Segments(setup, analyzer, OpenMode.CREATE, Set.of(), false);
        segments.commit(0);
        segments.close();
    }

    /// Opens the index at its newest commit. If that one or a file only it needs is damaged, the commit before it is opened, provided
    /// that the log reaches back that far; nothing is lost then. A missing index is damage, never an empty collection.
    static Segments open(Setup setup, Analyzer analyzer, Integrity integrity) throws IOException {
        List<String> commits = Commits.newestFirst(setup.vfs(), setup.index());
        Throwable first = null;
        for (int i = 0; i < Math.max(1, commits.size()); i++) {
            try {
                if (i > 0) {
                    WriteAheadLog.check(setup.vfs(), setup.log(), CollectionStore.logOptions(setup),
                            sequenceOf(setup, commits.get(i)));
                }
                Segments opened = openAt(setup, analyzer, integrity, commits, i);
                if (first != null) {
                    LOG.log(Level.WARNING, "the newest commit of collection " + setup.name()
                            + " cannot be used; the one before it and the log are, and nothing is lost: " + first);
                }
                return opened;
            } catch (IOException | RuntimeException e) {
                if (first == null) {
                    first = e;
                } else {
                    first.addSuppressed(e);
                }
                if (!(Failures.translate(e) instanceof CorruptDatabaseException)) {
                    break;
                }
            }
        }
        throw Failures.translate(Objects.requireNonNull(first));
    }

    private static Segments openAt(Setup setup, Analyzer analyzer, Integrity integrity, List<String> commits, int chosen)
            throws IOException {
        Set<String> hidden = new HashSet<>(commits.subList(0, chosen));
        List<String> useless = new ArrayList<>();
        for (String older : commits.subList(Math.min(commits.size(), chosen + 1), commits.size())) {
            if (!readable(setup, older)) {
                useless.add(older); // Lucene refuses a folder with any commit that it cannot read
            }
        }
        hidden.addAll(useless);
        Segments segments = new Segments(setup, analyzer, OpenMode.APPEND, hidden, chosen > 0);
        try {
            try (DirectoryReader reader = segments.reader()) {
                segments.verified = integrity.checkAtOpen(segments, reader);
            }
            for (String name : useless) {
                setup.vfs().delete(setup.index().resolve(name));
            }
            return segments;
        } catch (IOException | RuntimeException | Error failure) {
            try {
                segments.close();
            } catch (IOException | RuntimeException second) {
                failure.addSuppressed(second);
            }
            throw failure;
        }
    }

    private static boolean readable(Setup setup, String commit) throws IOException {
        try {
            sequenceOf(setup, commit);
            return true;
        } catch (IOException | RuntimeException e) {
            if (Failures.translate(e) instanceof CorruptDatabaseException) {
                LOG.log(Level.WARNING, "an older commit of collection " + setup.name() + " is damaged, and not needed", e);
                return false;
            }
            throw e;
        }
    }

    private static long sequenceOf(Setup setup, String commit) throws IOException {
        try (VfsDirectory directory = new VfsDirectory(setup.vfs(), setup.index(), false, Set.of())) {
            return sequence(setup, SegmentInfos.readCommit(directory, commit).getUserData());
        }
    }

    private long readCommitted() throws IOException {
        // A process killed between renaming a commit and syncing the folder leaves one that a power cut would still take
        // away. The log below it is dropped next, so it must be there for good first.
        directory.syncMetaData();
        SegmentInfos newest = SegmentInfos.readLatestCommit(directory);
        int missing = Commits.replaceMissingIndexes(setup.vfs(), setup.index(), newest);
        if (missing > 0) {
            LOG.log(Level.WARNING, missing + " index files of collection " + setup.name()
                    + " are missing; searches of their segments scan until they are built anew");
        }
        Map<String, String> data = newest.getUserData();
        String store = data.get(STORE);
        if (!setup.storeId().toString().equals(store)) {
            throw new CorruptDatabaseException(setup.index().toString(), -1, "the index of store " + setup.storeId(),
                    store == null ? "an index of something else" : "that of store " + store, null);
        }
        return sequence(setup, data);
    }

    private static long sequence(Setup setup, Map<String, String> data) {
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

    /// Whether a commit would keep something that the newest does not: operations, or segments merged since. Without a commit
    /// the work of a merge is lost with the process.
    boolean changedSinceCommit() {
        return writer.hasUncommittedChanges();
    }

    /// Commits all operations applied so far, the last of which has that sequence; durable on return.
    ///
    /// @return the sequence of the older of the two commits kept
    long commit(long sequence) throws IOException {
        return watch.flush(sequence, () -> commitNow(sequence));
    }

    private long commitNow(long sequence) throws IOException {
        Map<String, String> data = Map.of(SEQUENCE, Long.toString(sequence), STORE, setup.storeId().toString());
        telling(() -> {
            writer.setLiveCommitData(data.entrySet());
            return writer.commit();
        });
        committed = sequence;
        List<IndexCommit> commits = DirectoryReader.listCommits(directory);
        return sequence(setup, commits.getFirst().getUserData());
    }

    private interface Writing<T extends @Nullable Object> {
        T write() throws IOException;
    }

    /// Once a merge or flush has met a disk error or damage, Lucene's writer answers everything with "closed". What the
    /// caller needs to hear is what it met.
    private <T extends @Nullable Object> T telling(Writing<T> writing) throws IOException {
        try {
            return writing.write();
        } catch (IllegalStateException e) { // AlreadyClosedException is one
            if (writer.getTragicException() instanceof IOException met) {
                met.addSuppressed(e);
                throw met;
            }
            throw e;
        }
    }

    /// [#commit(long)], after which the commit before is gone.
    void commitAlone(long sequence) throws IOException {
        kept.keep(1);
        try {
            commit(sequence);
        } finally {
            kept.keep(2);
        }
    }

    /// A commit whose files are kept.
    ///
    /// @param files names in the index folder
    record Pinned(IndexCommit commit, List<String> files, long sequence) {}

    /// Keeps the files of the newest commit until [#unpin(Pinned)].
    Pinned pin() throws IOException {
        IndexCommit commit = pins.snapshot();
        return new Pinned(commit, List.copyOf(commit.getFileNames()), sequence(setup, commit.getUserData()));
    }

    void unpin(Pinned pinned) throws IOException {
        pins.release(pinned.commit());
        deleteUnusedFiles();
    }

    /// Names of the files of the newest commit.
    Set<String> newestCommitFiles() throws IOException {
        return new HashSet<>(DirectoryReader.listCommits(directory).getLast().getFileNames());
    }

    /// Deletes files that no reader and no commit needs any more.
    void deleteUnusedFiles() throws IOException {
        writer.deleteUnusedFiles();
    }

    /// Rewrites every segment with a deleted record in it, after the merges that were under way: Lucene leaves their segments out.
    void mergeDeleted() throws IOException {
        ((ConcurrentMergeScheduler) writer.getConfig().getMergeScheduler()).sync();
        writer.forceMergeDeletes(true);
    }

    /// Adds a document whose id is nowhere in the index.
    void add(Document document) throws IOException {
        pace.wrote();
        telling(() -> writer.addDocument(document));
    }

    /// Adds a document in place of the one of that id, if there is one.
    void replace(String id, Document document) throws IOException {
        pace.wrote();
        telling(() -> writer.updateDocument(DocumentMapper.idTerm(id), document));
    }

    /// Deletes the document of that id, if there is one.
    void delete(String id) throws IOException {
        telling(() -> writer.deleteDocuments(DocumentMapper.idTerm(id)));
    }

    /// Writes the largest of the buffers that the writer's callers filled to disk; other threads may write others meanwhile.
    void flushOneBuffer() throws IOException {
        telling(() -> {
            writer.flushNextBuffer();
            return true;
        });
    }

    /// Whether everything was compared with its checksums when it was opened.
    boolean verified() {
        return verified;
    }

    /// Whether the newest commit was damaged and the one before it was opened.
    boolean olderCommit() {
        return olderCommit;
    }

    /// Is told of merges that fail.
    void onMergeFailure(Consumer<Throwable> listener) {
        damageListener = listener;
    }

    /// Has a segment written anew, because its index is damaged.
    void rebuild(String segment) throws IOException {
        policy.rebuild(segment);
        writer.maybeMerge();
    }

    /// A reader of everything applied so far.
    DirectoryReader reader() throws IOException {
        return telling(() -> DirectoryReader.open(writer, true, false));
    }

    /// A newer reader, or null if nothing changed.
    @Nullable
    DirectoryReader newer(DirectoryReader than) throws IOException {
        writer.getConfig().setRAMBufferSizeMB(bufferMegabytes());
        return telling(() -> DirectoryReader.openIfChanged(than, writer, true));
    }

    /// Tells whether writes pause, which is the time for merges that make searches faster.
    void resting(boolean now) throws IOException {
        policy.resting(now);
        if (now) {
            pace.unwatched(false);
            telling(() -> {
                writer.maybeMerge();
                return true;
            });
        }
    }

    /// Tells whether somebody searched since the last refresh.
    void watched(boolean now) {
        pace.unwatched(!now);
    }

    /// Merges everything into one segment.
    void mergeAll() throws IOException {
        pace.forced(true);
        try {
            telling(() -> {
                writer.forceMerge(1, true);
                return true;
            });
        } finally {
            pace.forced(false);
        }
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
        setup.memory().collections(-1);
        try {
            writer.rollback();
        } finally {
            directory.close();
        }
    }
}
