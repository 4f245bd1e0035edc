package dev.kith.lucene;

import dev.kith.core.BuildControl;
import dev.kith.core.VectorEncoding;
import dev.kith.lucene.segment.IndexSpec;
import java.io.IOException;
import java.util.Objects;
import org.apache.lucene.codecs.KnnVectorsFormat;
import org.apache.lucene.codecs.KnnVectorsReader;
import org.apache.lucene.codecs.KnnVectorsWriter;
import org.apache.lucene.index.SegmentReadState;
import org.apache.lucene.index.SegmentWriteState;

/// Stores float and byte vectors in Kith's files and searches them with Kith's kernels and indexes. Rows are kept exactly as
/// given, unless floats are to be kept in half the bytes ([#withFloats(VectorEncoding)]). Small segments are scanned exactly; larger ones get the index of the [IndexSpec] when they are flushed or merged.
///
/// Lucene finds this format by its name when it opens a segment, so reading needs no configuration: whatever a search needs to
/// know is written in the segment. Immutable and thread-safe.
///
/// | Lucene's similarity | metric | score of a distance `d` |
/// |---|---|---|
/// | EUCLIDEAN | SQUARED_L2 | `1 / (1 + d)` |
/// | DOT_PRODUCT | INNER_PRODUCT | floats `(1 - d) / 2`, bytes `0.5 - d / (dimension * 32768)` |
/// | MAXIMUM_INNER_PRODUCT | INNER_PRODUCT | `1 - d` for `d <= 0`, else `1 / (1 + d)` |
/// | COSINE | COSINE | `(2 - d) / 2` |
public final class KithVectorsFormat extends KnnVectorsFormat {
    /// The name in each segment's metadata.
    public static final String NAME = "KithVectors";

    /// Largest dimension of a field. A row then takes 64 KiB as floats.
    public static final int MAX_DIMENSION = 16_384;

    static final String VECTORS_EXTENSION = "kvec";
    static final String INDEX_EXTENSION = "kvix";

    private final IndexSpec spec;
    private final BuildControl control;
    private final VectorEncoding floats;

    /// The default choice of index; what Lucene calls when it finds the format by name.
    public KithVectorsFormat() {
        this(IndexSpec.DEFAULT);
    }

    /// Segments written with the given choice of index.
    public KithVectorsFormat(IndexSpec spec) {
        this(spec, BuildControl.NONE);
    }

    /// Segments written with the given choice of index, watched by `control`.
    ///
    /// @param control asked while indexes are built, besides Lucene's own abort of the merge. When it cancels, a merge ends as if
    ///        Lucene had aborted it, and a flush completes without the index, so that no document is lost
    public KithVectorsFormat(IndexSpec spec, BuildControl control) {
        this(spec, control, VectorEncoding.FLOAT32);
    }

    private KithVectorsFormat(IndexSpec spec, BuildControl control, VectorEncoding floats) {
        super(NAME);
        this.spec = Objects.requireNonNull(spec);
        this.control = Objects.requireNonNull(control);
        this.floats = floats;
    }

    /// This format, but segments that are written keep each component of a float vector as the nearest number of `encoding`. Segments that
    /// keep floats in another form are read as ever, and rounded when they are merged. A document with a component too large for the
    /// encoding is refused.
    ///
    /// @param encoding for a search, what the vectors are; queries stay as they are given
    /// @throws IllegalArgumentException if `encoding` is of bytes
    public KithVectorsFormat withFloats(VectorEncoding encoding) {
        if (!encoding.floats()) {
            throw new IllegalArgumentException("floats cannot be kept as " + encoding);
        }
        return new KithVectorsFormat(spec, control, encoding);
    }

    @Override
    public KnnVectorsWriter fieldsWriter(SegmentWriteState state) throws IOException {
        return new KithVectorsWriter(state, spec, control, floats);
    }

    @Override
    public KnnVectorsReader fieldsReader(SegmentReadState state) throws IOException {
        return new KithKnnReader(state);
    }

    @Override
    public int getMaxDimensions(String fieldName) {
        return MAX_DIMENSION;
    }

    /// Whether a file of a segment holds indexes, which can be built again from the vectors.
    public static boolean isIndexFile(String name) {
        return name.endsWith("." + INDEX_EXTENSION);
    }

    @Override
    public String toString() {
        return NAME + "(" + spec + (floats == VectorEncoding.FLOAT32 ? "" : ", floats as " + floats) + ")";
    }
}
