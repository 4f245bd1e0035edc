package dev.kith.lucene;

import dev.kith.core.BuildCancelledException;
import dev.kith.core.BuildControl;
import dev.kith.core.VectorEncoding;
import dev.kith.hnsw.GraphReuse;
import dev.kith.lucene.segment.FieldEntry;
import dev.kith.lucene.segment.FieldShape;
import dev.kith.lucene.segment.FieldVectors;
import dev.kith.lucene.segment.IndexFileWriter;
import dev.kith.lucene.segment.IndexSpec;
import dev.kith.lucene.segment.RowWriter;
import dev.kith.lucene.segment.VectorsFile;
import dev.kith.lucene.segment.VectorsFileWriter;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.List;
import org.apache.lucene.codecs.CodecUtil;
import org.apache.lucene.codecs.KnnFieldVectorsWriter;
import org.apache.lucene.codecs.KnnVectorsWriter;
import org.apache.lucene.index.FieldInfo;
import org.apache.lucene.index.MergePolicy;
import org.apache.lucene.index.MergeState;
import org.apache.lucene.index.SegmentWriteState;
import org.apache.lucene.index.Sorter;
import org.apache.lucene.store.IndexOutput;
import org.apache.lucene.util.IORunnable;
import org.apache.lucene.util.IOUtils;
import org.apache.lucene.util.RamUsageEstimator;
import org.jspecify.annotations.Nullable;

/// Writes the vectors file of a segment and then, where an index is planned, the index file. A flush and a merge go the same
/// way: first the rows of all fields are written and the vectors file is completed; then it is opened again, and the indexes are
/// built over the mapped rows. So no copy of the rows is made, in memory or on disk.
final class KithVectorsWriter extends KnnVectorsWriter {
    private static final long SHALLOW_BYTES = RamUsageEstimator.shallowSizeOfInstance(KithVectorsWriter.class);

    private final SegmentWriteState state;
    private final SegmentFile.Place place;
    private final IndexSpec spec;
    private final BuildControl control;
    private final VectorEncoding floats;
    private final List<BufferedField<?>> buffered = new ArrayList<>();
    private final List<FieldEntry> planned = new ArrayList<>();
    private final IndexOutput vectorsOutput;
    private final VectorsFileWriter vectorsWriter;
    private boolean vectorsDone;
    private @Nullable IndexOutput indexOutput;
    private @Nullable Builds builds;

    /// @param floats what float vectors are kept as
    KithVectorsWriter(SegmentWriteState state, IndexSpec spec, BuildControl control, VectorEncoding floats)
            throws IOException {
        this.state = state;
        this.place = new SegmentFile.Place(state.directory, state.segmentInfo, state.segmentSuffix);
        this.spec = spec;
        this.control = control;
        this.floats = floats;
        this.vectorsOutput = SegmentFile.VECTORS.create(place, state.context);
        this.vectorsWriter = new VectorsFileWriter(new OutputSink(vectorsOutput));
    }

    @Override
    public KnnFieldVectorsWriter<?> addField(FieldInfo info) {
        checkFits(info);
        BufferedField<?> field = BufferedField.of(info, encoding(info));
        buffered.add(field);
        return field;
    }

    private void checkFits(FieldInfo info) {
        if (encoding(info) != VectorEncoding.FLOAT32 && spec instanceof IndexSpec.Ivf lists
                && lists.rounded() != null) {
            throw new IllegalArgumentException("rounded rows are for float32 vectors, field \"" + info.name + "\" has "
                    + encoding(info));
        }
    }

    @Override
    public void flush(int maxDoc, Sorter.@Nullable DocMap sortMap) throws IOException {
        for (BufferedField<?> field : buffered) {
            RowWriter rows = begin(field.info(), maxDoc);
            field.writeTo(rows, sortMap);
            field.clear();
            end(rows);
        }
        try {
            for (FieldEntry entry : planned) {
                build(entry, control, null);
            }
        } catch (BuildCancelledException _) {
            // A flush must not fail, its documents would be lost: the segment stays without the rest of its indexes.
        }
    }

    /// Writes the rows; the index, if one is planned, is built by the returned task, after the rows of all fields.
    @Override
    @SuppressWarnings("NullAway") // Lucene's contract: no task is null
    public @Nullable IORunnable mergeOneField(FieldInfo info, MergeState merge) throws IOException {
        RowWriter rows = begin(info, state.segmentInfo.maxDoc());
        GraphReuse reuse = MergedRows.copy(info, merge, rows);
        FieldEntry entry = end(rows);
        if (entry.plannedIndex() == 0) {
            return null;
        }
        MergeControl mergeControl = new MergeControl(merge.oneMerge, control);
        return () -> {
            try {
                build(entry, mergeControl, reuse);
            } catch (BuildCancelledException cancelled) {
                throw aborted(cancelled);
            }
        };
    }

    private static MergePolicy.MergeAbortedException aborted(BuildCancelledException cancelled) {
        MergePolicy.MergeAbortedException aborted = new MergePolicy.MergeAbortedException("the build of an index was cancelled");
        aborted.initCause(cancelled);
        return aborted;
    }

    private RowWriter begin(FieldInfo info, int maxDoc) throws IOException {
        checkFits(info);
        return vectorsWriter.field(new FieldShape(info.number, LuceneScores.metric(info.getVectorSimilarityFunction()),
                encoding(info), info.getVectorDimension(), maxDoc));
    }

    private VectorEncoding encoding(FieldInfo info) {
        return switch (info.getVectorEncoding()) {
            case BYTE -> VectorEncoding.INT8;
            case FLOAT32 -> floats;
        };
    }

    private FieldEntry end(RowWriter rows) throws IOException {
        FieldEntry entry = rows.finish(spec);
        if (entry.plannedIndex() != 0) {
            planned.add(entry);
        }
        return entry;
    }

    private void build(FieldEntry entry, BuildControl watched, @Nullable GraphReuse reuse) throws IOException {
        Builds open = builds();
        open.writer().build(open.field(entry), spec, reuse, watched);
    }

    /// What is open while indexes are built: the finished vectors file for reading, the index file for writing.
    private record Builds(SegmentFile.Opened vectors, VectorsFile file, Arena arena, IndexFileWriter writer) {
        FieldVectors field(FieldEntry entry) {
            return file.fields().stream().filter(f -> f.entry().fieldNumber() == entry.fieldNumber()).findFirst().orElseThrow();
        }

        void close() throws IOException {
            try (arena) {
                vectors.input().close();
            }
        }
    }

    private Builds builds() throws IOException {
        Builds open = builds;
        if (open == null) {
            finishVectors();
            IndexOutput output = SegmentFile.INDEX.create(place, state.context);
            indexOutput = output;
            open = openVectors(new IndexFileWriter(new OutputSink(output)));
            builds = open;
        }
        return open;
    }

    @SuppressWarnings("MustBeClosedChecker") // closed with the builds
    private Builds openVectors(IndexFileWriter writer) throws IOException {
        Arena arena = Arena.ofShared(); // builds may use several threads
        SegmentFile.Opened opened = null;
        try {
            opened = SegmentFile.VECTORS.open(place, state.context, () -> arena);
            return new Builds(opened, VectorsFile.open(opened.container(), opened.name()), arena, writer);
        } catch (Throwable t) {
            IOUtils.closeWhileHandlingException(opened == null ? null : opened.input(), arena::close);
            throw t;
        }
    }

    private void finishVectors() throws IOException {
        if (!vectorsDone) {
            vectorsWriter.finish();
            CodecUtil.writeFooter(vectorsOutput);
            vectorsOutput.close();
            vectorsDone = true;
        }
    }

    @Override
    public void finish() throws IOException {
        finishVectors();
        if (!planned.isEmpty()) {
            builds().writer().finish();
            IndexOutput output = indexOutput;
            if (output != null) {
                CodecUtil.writeFooter(output);
            }
        }
    }

    @Override
    public long ramBytesUsed() {
        return SHALLOW_BYTES + buffered.stream().mapToLong(BufferedField::ramBytesUsed).sum();
    }

    @Override
    public void close() throws IOException {
        Builds open = builds;
        builds = null;
        IOUtils.close(vectorsDone ? null : vectorsOutput, indexOutput, open == null ? null : open::close);
    }
}
