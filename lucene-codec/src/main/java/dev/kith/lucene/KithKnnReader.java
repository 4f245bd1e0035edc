package dev.kith.lucene;

import dev.kith.core.CorruptBytesException;
import dev.kith.hnsw.HnswIndex;
import dev.kith.lucene.segment.FieldIndex;
import dev.kith.lucene.segment.FieldVectors;
import dev.kith.lucene.segment.IndexFile;
import dev.kith.lucene.segment.PageAdvice;
import dev.kith.lucene.segment.VectorsFile;
import dev.kith.storage.Access;
import dev.kith.storage.CorruptFileException;
import dev.kith.storage.MappedMemory;
import java.io.EOFException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.lang.foreign.Arena;
import java.nio.file.NoSuchFileException;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.apache.lucene.codecs.CodecUtil;
import org.apache.lucene.codecs.KnnVectorsReader;
import org.apache.lucene.index.ByteVectorValues;
import org.apache.lucene.index.CorruptIndexException;
import org.apache.lucene.index.FieldInfo;
import org.apache.lucene.index.FieldInfos;
import org.apache.lucene.index.FloatVectorValues;
import org.apache.lucene.index.SegmentReadState;
import org.apache.lucene.index.VectorEncoding;
import org.apache.lucene.search.AcceptDocs;
import org.apache.lucene.search.KnnCollector;
import org.apache.lucene.store.AlreadyClosedException;
import org.apache.lucene.store.FileDataHint;
import org.apache.lucene.store.FileTypeHint;
import org.apache.lucene.store.IOContext;
import org.apache.lucene.util.IOUtils;
import org.jspecify.annotations.Nullable;

/// Reads the vectors and indexes of one segment in place. Searches are thread-safe; one that runs when [#close()] is called
/// ends as if nothing had happened, later ones get [AlreadyClosedException]. Where the directory does not map its files, their bytes are copied to native memory that
/// this reader owns.
final class KithKnnReader extends KnnVectorsReader {
    private static final Logger LOG = System.getLogger("dev.kith");

    private final FieldInfos fieldInfos;
    /// Replaced as a whole when a damaged index is set aside.
    private volatile Map<Integer, FieldVectors> fields = Map.of();
    private @Nullable Arena copies;
    private SegmentFile.@Nullable Opened vectors;
    private SegmentFile.@Nullable Opened index;
    private @Nullable VectorsFile vectorsFile;
    private @Nullable IndexFile indexFile;
    private volatile @Nullable IOException indexDamage;
    private volatile boolean closed;

    /// The opener and every search that runs; whoever leaves last closes the files.
    private final AtomicInteger users = new AtomicInteger(1);

    KithKnnReader(SegmentReadState state) throws IOException {
        this.fieldInfos = state.fieldInfos;
        SegmentFile.Place place = new SegmentFile.Place(state.directory, state.segmentInfo, state.segmentSuffix);
        IOContext context = state.context.withHints(FileTypeHint.DATA, FileDataHint.KNN_VECTORS);
        try {
            open(place, context);
        } catch (Throwable t) {
            IOUtils.closeWhileHandlingException(this);
            throw t;
        }
    }

    private void open(SegmentFile.Place place, IOContext context) throws IOException {
        SegmentFile.Opened rows = SegmentFile.VECTORS.open(place, context, this::copies);
        vectors = rows;
        VectorsFile file = sound(rows.name(), () -> VectorsFile.open(rows.container(), rows.name()));
        vectorsFile = file;
        IndexFile indexes = null;
        if (file.fields().stream().anyMatch(f -> f.entry().plannedIndex() != 0)) {
            indexes = openIndexes(place, context, file);
        }
        Map<Integer, FieldVectors> opened = new HashMap<>();
        for (FieldVectors field : file.fields()) {
            int number = field.entry().fieldNumber();
            check(field, place.segment().maxDoc(), rows);
            opened.put(number, indexes == null ? field : PageAdvice.DEFAULT.give(field.with(indexes.index(number))));
        }
        fields = Map.copyOf(opened);
    }

    /// Indexes can be built again from the vectors, so damage in their file does not close the segment: it is logged and kept for
    /// [#checkIntegrity()], searches scan, and the next merge, which does not need the old indexes, builds new ones.
    private @Nullable IndexFile openIndexes(SegmentFile.Place place, IOContext context, VectorsFile file) throws IOException {
        try {
            SegmentFile.Opened opened = sound(SegmentFile.INDEX.name(place),
                    () -> SegmentFile.INDEX.open(place, context, this::copies));
            index = opened;
            IndexFile found = sound(opened.name(), () -> IndexFile.open(opened.container(), opened.name(), file));
            indexFile = found;
            return found;
        } catch (CorruptIndexException | NoSuchFileException | FileNotFoundException | EOFException e) {
            indexDamage = e;
            LOG.log(Level.WARNING, "Searches of segment " + place.segment().name + " scan all vectors until it is merged: "
                    + SegmentFile.INDEX.name(place) + " cannot be used", e);
            return null;
        }
    }

    /// Owns the bytes of files that the directory does not map. Closing it costs all threads a moment, so it is made on demand.
    @SuppressWarnings("MustBeClosedChecker") // closed by close()
    private Arena copies() {
        Arena arena = copies;
        if (arena == null) {
            arena = Arena.ofShared();
            copies = arena;
        }
        return arena;
    }

    private void check(FieldVectors field, int maxDoc, SegmentFile.Opened file) throws CorruptIndexException {
        FieldInfo info = fieldInfos.fieldInfo(field.entry().fieldNumber());
        if (info == null) {
            throw new CorruptIndexException("unknown field number " + field.entry().fieldNumber(), file.input());
        }
        var entry = field.entry();
        if (entry.dimension() != info.getVectorDimension()
                || !LuceneScores.fits(entry.encoding(), info.getVectorEncoding())
                || entry.metric() != LuceneScores.metric(info.getVectorSimilarityFunction()) || entry.maxDoc() != maxDoc) {
            throw new CorruptIndexException("field \"" + info.name + "\" is " + info.getVectorEncoding() + " of dimension "
                    + info.getVectorDimension() + " by " + info.getVectorSimilarityFunction() + " with maxDoc " + maxDoc
                    + " in the segment, but " + entry + " in its vectors", file.input());
        }
    }

    /// Something that reads a file.
    private interface FileAction<T> {
        T run() throws IOException;
    }

    /// Damage found by Kith's own files, as the exception by which Lucene knows damage.
    private static <T> T sound(String file, FileAction<T> action) throws IOException {
        try {
            return action.run();
        } catch (CorruptFileException | CorruptBytesException e) {
            throw new CorruptIndexException(String.valueOf(e.getMessage()), file, e);
        } catch (InternalError e) {
            throw unreadable(file, e);
        }
    }

    /// A page of a mapped file could not be read: the file was cut short, or the disk failed.
    private static CorruptIndexException unreadable(String file, InternalError e) {
        return new CorruptIndexException("mapped memory could not be read", file, e);
    }

    /// An index that led a search nowhere is set aside, so that the next one scans.
    private IOException damaged(UncheckedIOException e) {
        SegmentFile.Opened file = index;
        if (!(e.getCause() instanceof CorruptBytesException cause) || file == null) {
            return Objects.requireNonNull(e.getCause());
        }
        CorruptIndexException damage = new CorruptIndexException(String.valueOf(cause.getMessage()), file.name(), e);
        setAside(damage);
        return damage;
    }

    private CorruptIndexException unreadable(InternalError e) {
        SegmentFile.Opened file = vectors;
        return unreadable(file == null ? "unknown" : file.name(), e);
    }

    /// Runs a search. The memory stays open until it ends, even if the reader is closed meanwhile: kernels check rows, not every
    /// load, so memory must not go away under them.
    <T> T searching(Supplier<T> search) {
        enter();
        try {
            return search.get();
        } catch (InternalError e) {
            throw new UncheckedIOException(unreadable(e));
        } catch (UncheckedIOException e) {
            IOException damage = damaged(e);
            throw damage == e.getCause() ? e : new UncheckedIOException(damage);
        } finally {
            leave();
        }
    }

    private void enter() {
        ensureOpen();
        int now;
        do {
            now = users.get();
            if (now == 0) {
                throw closedException(null);
            }
        } while (!users.compareAndSet(now, now + 1));
    }

    private void leave() {
        if (users.decrementAndGet() == 0) {
            try {
                release();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    void ensureOpen() {
        if (closed) {
            throw closedException(null);
        }
    }

    AlreadyClosedException closedException(@Nullable Throwable cause) {
        SegmentFile.Opened file = vectors;
        return new AlreadyClosedException("the vectors reader is closed: " + (file == null ? "never opened" : file.name()),
                cause);
    }

    /// The vectors of a field, or null if the segment has none for it.
    @Nullable
    FieldVectors field(String name) {
        FieldInfo info = fieldInfos.fieldInfo(name);
        return info == null ? null : fields.get(info.number);
    }

    private FieldInfo info(String name, VectorEncoding expected) {
        FieldInfo info = fieldInfos.fieldInfo(name);
        if (info == null || !fields.containsKey(info.number)) {
            throw new IllegalArgumentException("field \"" + name + "\" has no vectors here");
        }
        if (info.getVectorEncoding() != expected) {
            throw new IllegalArgumentException(
                    "field \"" + name + "\" holds " + info.getVectorEncoding() + " vectors, not " + expected);
        }
        return info;
    }

    private FieldVectors field(FieldInfo info) {
        ensureOpen();
        FieldVectors field = fields.get(info.number);
        if (field == null) {
            throw new IllegalArgumentException("field \"" + info.name + "\" has no vectors here");
        }
        return field;
    }

    @Override
    public FloatVectorValues getFloatVectorValues(String name) {
        FieldInfo info = info(name, VectorEncoding.FLOAT32);
        return new FloatRows(this, field(info), LuceneScores.of(info));
    }

    @Override
    public ByteVectorValues getByteVectorValues(String name) {
        FieldInfo info = info(name, VectorEncoding.BYTE);
        return new ByteRows(this, field(info), LuceneScores.of(info));
    }

    @Override
    public void search(String name, float[] target, KnnCollector collector, @Nullable AcceptDocs accept) throws IOException {
        search(info(name, VectorEncoding.FLOAT32), target, collector, accept);
    }

    @Override
    public void search(String name, byte[] target, KnnCollector collector, @Nullable AcceptDocs accept) throws IOException {
        search(info(name, VectorEncoding.BYTE), floats(target), collector, accept);
    }

    private void search(FieldInfo info, float[] query, KnnCollector collector, @Nullable AcceptDocs accept)
            throws IOException {
        FieldVectors field = field(info);
        if (field.size() == 0 || collector.k() == 0) {
            return;
        }
        enter();
        try {
            new CollectorSearch(field, LuceneScores.of(info), collector).run(query, accept);
        } catch (InternalError e) {
            throw unreadable(e);
        } catch (UncheckedIOException e) {
            throw damaged(e);
        } finally {
            leave();
        }
    }

    static float[] floats(byte[] bytes) {
        float[] floats = new float[bytes.length];
        for (int i = 0; i < bytes.length; i++) {
            floats[i] = bytes[i];
        }
        return floats;
    }

    /// Reads every byte of both files. Lucene's checksum finds any damage; the checksums of the container then tell where.
    @Override
    public void checkIntegrity() throws IOException {
        checkVectors();
        IOException damage = indexDamage;
        if (damage != null) {
            throw new CorruptIndexException("the index file cannot be used, searches scan", String.valueOf(damage.getMessage()),
                    damage);
        }
        SegmentFile.Opened graphs = index;
        if (graphs != null) {
            checkAllBytes(graphs, indexFile == null ? () -> {} : indexFile::verify);
        }
    }

    /// [#checkIntegrity()] of the vectors file alone.
    void checkVectors() throws IOException {
        SegmentFile.Opened rows = vectors;
        if (rows != null) {
            enter();
            try {
                checkAllBytes(rows, vectorsFile == null ? () -> {} : vectorsFile::verify);
            } catch (InternalError e) {
                throw unreadable(rows.name(), e);
            } finally {
                leave();
            }
        }
    }

    /// Reads the index file. If it is damaged, searches that begin from now on scan.
    ///
    /// @return what is wrong with it, or null
    @Nullable
    IOException setDamagedIndexAside() throws IOException {
        SegmentFile.Opened graphs = index;
        if (indexDamage != null || graphs == null) {
            return indexDamage;
        }
        enter();
        try {
            checkAllBytes(graphs, indexFile == null ? () -> {} : indexFile::verify);
            return null;
        } catch (CorruptIndexException damage) {
            setAside(damage);
            return damage;
        } catch (InternalError e) {
            CorruptIndexException damage = unreadable(graphs.name(), e);
            setAside(damage);
            return damage;
        } finally {
            leave();
        }
    }

    /// Checks all links of a graph before they are taken over into another. If one is wrong, searches that begin from now on scan.
    boolean sound(HnswIndex graph, String name) {
        try {
            graph.validate();
            return true;
        } catch (CorruptBytesException e) {
            setAside(new CorruptIndexException(String.valueOf(e.getMessage()), name, e));
            return false;
        }
    }

    private void setAside(CorruptIndexException damage) {
        indexDamage = damage;
        Map<Integer, FieldVectors> scanned = new HashMap<>();
        fields.forEach((number, field) -> scanned.put(number, field.with(null)));
        fields = Map.copyOf(scanned);
        LOG.log(Level.WARNING, "An index is damaged; searches of its segment scan all vectors until it is merged", damage);
    }

    /// The vectors of a field that is known to be there, with its index as long as that is sound.
    FieldVectors current(int number) {
        return Objects.requireNonNull(fields.get(number));
    }

    /// What the index file could not be used for, or null.
    @Nullable
    IOException indexDamage() {
        return indexDamage;
    }

    /// A view for merging. It vouches for the vectors alone: a merge builds its indexes anew, so damaged ones do not stop it.
    @Override
    public KnnVectorsReader getMergeInstance() {
        return new MergeView(this);
    }

    /// Reads a file and fails where it is damaged.
    private interface Check {
        void run() throws IOException;
    }

    /// The file is read from one end to the other, whatever its pages are advised for otherwise. Searches meanwhile, and a second
    /// check that this one ends under, are slower where the file is not in memory.
    private void checkAllBytes(SegmentFile.Opened file, Check container) throws IOException {
        MappedMemory.advise(file.container(), Access.SEQUENTIAL);
        try {
            check(file, container);
        } finally {
            MappedMemory.advise(file.container(), Access.NORMAL);
            fields.values().forEach(PageAdvice.DEFAULT::give);
        }
    }

    private static void check(SegmentFile.Opened file, Check container) throws IOException {
        try {
            CodecUtil.checksumEntireFile(file.input());
        } catch (CorruptIndexException damage) {
            try {
                container.run();
            } catch (IOException place) {
                throw new CorruptIndexException(String.valueOf(place.getMessage()), file.input(), place);
            }
            throw damage;
        }
    }

    @Override
    public Map<String, Long> getOffHeapByteSize(FieldInfo info) {
        FieldVectors field = fields.get(info.number);
        if (field == null || field.size() == 0) {
            return Map.of();
        }
        FieldIndex built = field.index();
        // "vec" is the key under which Lucene's tools look for raw vectors
        return built == null
                ? Map.of("vec", field.vectorBytes())
                : Map.of("vec", field.vectorBytes(), KithVectorsFormat.INDEX_EXTENSION, built.indexBytes());
    }

    @Override
    public int getVectorCount(FieldInfo info) {
        FieldVectors field = fields.get(info.number);
        return field == null ? 0 : field.size();
    }

    /// Native memory taken because the directory does not map its files, in bytes; 0 where it does.
    long copiedBytes() {
        return copied(vectors) + copied(index);
    }

    private static long copied(SegmentFile.@Nullable Opened file) {
        return file != null && file.copied() ? file.container().byteSize() : 0;
    }

    /// Refuses new searches and closes the files, or leaves that to the last search that still runs.
    @Override
    public void close() throws IOException {
        synchronized (users) {
            if (closed) {
                return;
            }
            closed = true;
        }
        if (users.decrementAndGet() == 0) {
            release();
        }
    }

    private void release() throws IOException {
        try {
            IOUtils.close(vectors == null ? null : vectors.input(), index == null ? null : index.input());
        } finally {
            if (copies != null) {
                copies.close();
            }
        }
    }
}
