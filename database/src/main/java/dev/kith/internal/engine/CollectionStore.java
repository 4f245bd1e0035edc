package dev.kith.internal.engine;

import dev.kith.ClosedException;
import dev.kith.CollectionStats;
import dev.kith.Options;
import dev.kith.internal.format.RecordCodec;
import dev.kith.internal.index.Analyzers;
import dev.kith.internal.index.MemoryBudget;
import dev.kith.internal.observe.Watch;
import dev.kith.internal.search.RecallMonitor;
import dev.kith.internal.model.NumberedSchema;
import dev.kith.internal.search.Searches;
import dev.kith.internal.search.TextAnalyzer;
import dev.kith.internal.view.Generation;
import dev.kith.internal.view.View;
import dev.kith.storage.Durability;
import dev.kith.storage.LogOptions;
import dev.kith.storage.RecoveryReport;
import dev.kith.storage.StorageException;
import dev.kith.storage.Vfs;
import dev.kith.storage.WriteAheadLog;
import dev.kith.storage.crypt.RecordSealer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.apache.lucene.analysis.Analyzer;
import org.jspecify.annotations.Nullable;

/// One open collection: recovery, the parts, and closing. The parts do the work: [WritePath] takes writes, [Refresher] moves
/// them into readers, [Searches] answers.
final class CollectionStore {
    private final Setup setup;
    private final Watch watch;
    private final Segments segments;
    private final WriteAheadLog log;
    private final Recent recent;
    private final Searches searches;
    private final RecallMonitor recall;
    private final Thread recallThread;
    private final Ends ends;
    private final WritePath writes;
    private final Refresher refresher;
    private final Analyzer analyzer;
    private final Integrity integrity;
    private final Shared shared;
    private volatile boolean closed;
    private volatile boolean beyondHealing;
    private boolean stopped;
    private long recoveryNanos;

    private CollectionStore(Setup setup, Segments segments, WriteAheadLog log, Analyzer analyzer, Integrity integrity)
            throws IOException {
        this.setup = setup;
        this.watch = new Watch(setup.name(), setup.options().observation());
        this.segments = segments;
        this.log = log;
        this.analyzer = analyzer;
        this.integrity = integrity;
        RecordCodec codec = new RecordCodec(setup.schema());
        Generation.Cores cores = new Generation.Cores(setup.schema());
        this.recent = new Recent(setup.schema(), Generation.of(segments.reader(), cores), cores, log.lastSequence());
        this.recall = new RecallMonitor(setup.options().recallChecks(), setup.accelerators().checksTogether());
        this.searches = new Searches(codec, new TextAnalyzer(setup.schema(), analyzer), recall,
                setup.accelerators().searches(), setup.accelerators().checks());
        WriteLimits limits = WriteLimits.of(setup);
        this.shared = new Shared();
        this.ends = new Ends(setup.schema(), setup.clock());
        ends.addAll(recent.generation());
        this.writes = new WritePath(setup, new WritePath.Parts(segments, log, recent, limits, shared, ends), codec);
        this.refresher = new Refresher(setup.name(), segments, recent, limits, shared, this::tick);
        this.recallThread = OwnThreads.start("kith-recall-" + setup.name(), () -> recall.run(searches::recalls));
    }

    /// Makes the files of a new collection; durable on return, but for the entry of its folder.
    static void create(Setup setup) throws IOException {
        Vfs vfs = setup.vfs();
        vfs.createDirectories(setup.index());
        vfs.createDirectories(setup.log());
        Analyzer analyzer = Analyzers.forSchema(setup.schema());
        Segments.create(setup, analyzer);
        analyzer.close();
        WriteAheadLog.create(vfs, setup.log(), logOptions(setup), 0).close();
        SmallFiles.replace(vfs, setup.schemaFile(), SmallFiles.SCHEMA,
                dev.kith.internal.format.SchemaCodec.encode(setup.schema()));
    }

    /// Opens the collection: the newest commit, and then every operation of the log above it.
    static CollectionStore open(Setup setup) throws IOException {
        Analyzer analyzer = Analyzers.forSchema(setup.schema());
        Integrity integrity = new Integrity(setup);
        Segments segments = Segments.open(setup, analyzer, integrity);
        WriteAheadLog log = null;
        long start = System.nanoTime();
        try {
            try (Replay replay = new Replay(setup, segments)) {
                log = WriteAheadLog.open(setup.vfs(), setup.log(), logOptions(setup), segments.committed(), replay::take);
                replay.finish();
            }
            CollectionStore store = new CollectionStore(setup, segments, log, analyzer, integrity);
            store.recoveryNanos = System.nanoTime() - start;
            segments.onMergeFailure(store::mergeFailed);
            if (!segments.verified()) {
                integrity.checkInBackground(segments, store.view());
            }
            return store;
        } catch (IOException | RuntimeException | Error failure) {
            closeQuietly(segments, log, failure);
            throw failure;
        }
    }

    private static void closeQuietly(Segments segments, @Nullable WriteAheadLog log, Throwable failure) {
        try {
            if (log != null) {
                log.close();
            }
            segments.close();
        } catch (IOException | RuntimeException e) {
            failure.addSuppressed(e);
        }
    }

    static LogOptions logOptions(Setup setup) {
        Durability durability = switch (setup.options().durability()) {
            case dev.kith.Durability.Sync _ -> Durability.SYNC;
            case dev.kith.Durability.Group(int maxMillis) -> new Durability.Group(maxMillis);
            case dev.kith.Durability.OsBuffered _ -> Durability.OS_BUFFERED;
        };
        LogOptions plain = LogOptions.of(setup.storeId()).with(durability);
        return setup.sealer() == null ? plain : plain.withMaxRecordBytes(plain.maxRecordBytes() + RecordSealer.OVERHEAD_BYTES);
    }

    /// Commits everything and keeps the files of that commit until [#unpin(Segments.Pinned)].
    Segments.Pinned pin() {
        List<Segments.Pinned> pinned = new ArrayList<>(1);
        writes.between(() -> {
            writes.commit();
            pinned.add(segments.pin());
        });
        return pinned.getFirst();
    }

    void unpin(Segments.Pinned pinned) throws IOException {
        segments.unpin(pinned);
    }

    /// Reads the log above the newest commit again. Between two batches, so that no file of it goes meanwhile.
    ///
    /// @return what was read, or what is wrong with it
    LogCheck checkLog() {
        List<LogCheck> checked = new ArrayList<>(1);
        if (writes.failed()) {
            return readLog(); // no commit comes any more
        }
        writes.between(() -> checked.add(readLog()));
        return checked.getFirst();
    }

    /// What reading the log again came to.
    ///
    /// @param failure null if all is sound
    record LogCheck(int files, long bytes, @Nullable Throwable failure) {}

    private LogCheck readLog() {
        try {
            WriteAheadLog.Verified verified = log.verify(segments.committed());
            return new LogCheck(verified.files(), verified.bytes(), null);
        } catch (IOException | RuntimeException | InternalError e) {
            return new LogCheck(0, 0, e);
        }
    }

    Setup setup() {
        return setup;
    }

    /// Tells of what is done to the collection.
    Watch watch() {
        return watch;
    }

    Searches searches() {
        return searches;
    }

    RecallMonitor recall() {
        return recall;
    }

    WritePath writes() {
        return writes;
    }

    Refresher refresher() {
        return refresher;
    }

    Segments segments() {
        return segments;
    }

    Integrity integrity() {
        return integrity;
    }

    /// A merge reads all of its segments and may be the first to see damage.
    private void mergeFailed(Throwable failure) {
        if (Failures.isDamage(failure)) {
            integrity.found(failure);
        }
    }

    /// Has the first failure of writing told to somebody, also if it has come already.
    void onFailure(Consumer<Throwable> listener) {
        shared.onFailure(listener);
    }

    /// Whether writing ended because the disk was full, so that opening anew heals it once there is room.
    boolean healable() {
        Throwable reason = shared.failure;
        return reason != null && !closed && !beyondHealing && !integrity.damaged() && Failures.isNoSpace(reason);
    }

    /// Ends all work on the files and opens the collection anew, which is the recovery of any open. Reads of this store go on with what
    /// it has in memory and open, until [#release()].
    CollectionStore healed() throws IOException {
        if (!stopped) {
            integrity.stop();
            writes.stop();
            refresher.stop();
            segments.beginClosing();
            stopped = true;
            try {
                log.close();
            } finally {
                segments.close();
            }
        }
        return open(setup);
    }

    /// Opening anew has failed for another reason than space.
    void giveUp() {
        beyondHealing = true;
    }

    /// Lets go of what reads of a store that was healed had open; reads under way keep what they use.
    void release() {
        closed = true;
        recall.stop();
        OwnThreads.join(recallThread);
        recent.close();
    }

    /// The current view; the caller releases it.
    View view() {
        integrity.ensureSound();
        return anyView();
    }

    /// What is done a few times a second.
    private void tick() {
        if (ends.due()) {
            writes.removeExpired(false);
        }
        if (segments.takeBuilt()) {
            writes.commitSoon();
        }
    }

    /// The current view, sound or not; the caller releases it. No record that has ended is in it.
    View anyView() {
        refresher.searched();
        return writersView();
    }

    /// Takes away what has ended by now.
    void removeExpired() {
        if (ends.due()) {
            writes.removeExpired(true);
        }
    }

    /// The current view for a write, which does not count as a search; the caller releases it.
    View writersView() {
        removeExpired();
        View view = recent.views().acquire();
        if (view == null) {
            throw new ClosedException("collection " + setup.name());
        }
        return view;
    }

    void ensureOpen() {
        if (closed) {
            throw new ClosedException("collection " + setup.name());
        }
    }

    CollectionStats.State state() {
        if (closed) {
            return CollectionStats.State.CLOSED;
        }
        if (integrity.damaged() || writes.failed()) {
            return healable() ? CollectionStats.State.READ_ONLY : CollectionStats.State.FAILED;
        }
        return switch (log.state()) {
            case OPEN -> CollectionStats.State.OPEN;
            case NO_SPACE -> CollectionStats.State.READ_ONLY;
            case FAILED -> CollectionStats.State.FAILED;
            case CLOSED -> CollectionStats.State.CLOSED;
        };
    }

    CollectionStats.Recovery recovery() {
        RecoveryReport report = log.recovery();
        return new CollectionStats.Recovery(report.recordsReplayed(), report.filesRead(), report.tail().droppedBytes(),
                recoveryNanos);
    }

    /// Bytes of the files in a folder.
    static long bytes(Vfs vfs, Path folder) throws StorageException {
        long bytes = 0;
        for (String file : vfs.list(folder)) {
            try {
                bytes += vfs.size(folder.resolve(file));
            } catch (dev.kith.storage.MissingFileException e) {
                // merged away meanwhile
            }
        }
        return bytes;
    }

    /// Closes this and opens the collection again with more fields. The wider schema is on the disk first: it fits all that is
    /// there, so a crash in between leaves either schema and nothing else.
    CollectionStore reopened(NumberedSchema wider) throws IOException {
        writes.ensureWritable();
        SmallFiles.replace(setup.vfs(), setup.schemaFile(), SmallFiles.SCHEMA,
                dev.kith.internal.format.SchemaCodec.encode(wider));
        close(true, () -> {}); // searches under way still analyze with the old analyzer; it holds nothing but memory
        return open(setup.with(wider));
    }

    /// Closes. Writes under way are finished first; then all is committed, unless the collection has failed or is dropped.
    void close(boolean commit) throws IOException {
        close(commit, analyzer::close);
    }

    private void close(boolean commit, Step last) throws IOException {
        if (closed) {
            return;
        }
        closed = true;
        integrity.stop();
        recall.stop();
        OwnThreads.join(recallThread);
        if (!stopped) {
            writes.stop();
            refresher.stop();
            segments.beginClosing();
        }
        Throwable failure = null;
        for (Step step : List.<Step>of(() -> {
            if (commit && !writes.failed()) {
                writes.commit();
            }
        }, stopped ? () -> {} : log::close, stopped ? () -> {} : segments::close, recent::close, last)) {
            try {
                step.run();
            } catch (IOException | RuntimeException e) {
                if (failure == null) {
                    failure = e;
                } else {
                    failure.addSuppressed(e);
                }
            }
        }
        if (failure != null && !writes.failed()) {
            throw Failures.translate(failure);
        }
    }

    private interface Step {
        void run() throws IOException;
    }

    /// Bounds on recent writes.
    ///
    /// @param records from which a refresh is due while searches run
    /// @param recentBytes that recent writes may take without a budget
    /// @param logBytes from which a commit is due
    record WriteLimits(int records, long recentBytes, long logBytes, MemoryBudget memory) {
        static WriteLimits of(Setup setup) {
            Options options = setup.options();
            return new WriteLimits(options.recentRecords(), options.recentBytes(), options.logBytes(), setup.memory());
        }

        /// From which a refresh is due in any case; at twice that, writers wait.
        long bytes() {
            return memory.recentBytes(recentBytes) / 2;
        }
    }
}
