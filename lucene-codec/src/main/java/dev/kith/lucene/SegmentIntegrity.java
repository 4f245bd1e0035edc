package dev.kith.lucene;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.apache.lucene.codecs.KnnVectorsReader;
import org.apache.lucene.codecs.perfield.PerFieldKnnVectorsFormat;
import org.apache.lucene.index.CodecReader;
import org.apache.lucene.index.FieldInfo;
import org.apache.lucene.index.FilterCodecReader;
import org.apache.lucene.index.FilterLeafReader;
import org.apache.lucene.index.LeafReader;

/// Compares all bytes of a segment with their checksums, and tells what cannot be replaced from what can: records and vectors are
/// primary, indexes over vectors are derived. Thread-safe; the caller keeps the reader open.
public final class SegmentIntegrity {
    private SegmentIntegrity() {}

    /// Reads every file of the segment but the index files.
    ///
    /// @throws org.apache.lucene.index.CorruptIndexException naming the damaged file
    public static void checkPrimary(LeafReader leaf) throws IOException {
        CodecReader reader = codecReader(leaf);
        if (reader.getPostingsReader() != null) {
            reader.getPostingsReader().checkIntegrity();
        }
        if (reader.getNormsReader() != null) {
            reader.getNormsReader().checkIntegrity();
        }
        if (reader.getDocValuesReader() != null) {
            reader.getDocValuesReader().checkIntegrity();
        }
        if (reader.getFieldsReader() != null) {
            reader.getFieldsReader().checkIntegrity();
        }
        if (reader.getTermVectorsReader() != null) {
            reader.getTermVectorsReader().checkIntegrity();
        }
        if (reader.getPointsReader() != null) {
            reader.getPointsReader().checkIntegrity();
        }
        for (KithKnnReader vectors : vectors(reader)) {
            vectors.checkVectors();
        }
    }

    /// Reads the index files of the segment. A damaged one is not used from now on: searches scan until a merge has built a new
    /// one.
    ///
    /// @return what is wrong with each index file that is damaged or missing, those found before included
    public static List<IOException> setDamagedIndexesAside(LeafReader leaf) throws IOException {
        List<IOException> damages = new ArrayList<>();
        for (KithKnnReader vectors : vectors(codecReader(leaf))) {
            IOException damage = vectors.setDamagedIndexAside();
            if (damage != null) {
                damages.add(damage);
            }
        }
        return damages;
    }

    /// Whether an index of the segment was found damaged or missing.
    public static boolean indexSetAside(LeafReader leaf) {
        return vectors(codecReader(leaf)).stream().anyMatch(v -> v.indexDamage() != null);
    }

    private static CodecReader codecReader(LeafReader leaf) {
        if (FilterLeafReader.unwrap(leaf) instanceof CodecReader reader) {
            return FilterCodecReader.unwrap(reader);
        }
        throw new IllegalArgumentException("the leaf must be a segment, was " + leaf.getClass().getName());
    }

    private static Collection<KithKnnReader> vectors(CodecReader reader) {
        Set<KithKnnReader> found = new LinkedHashSet<>();
        for (FieldInfo info : reader.getFieldInfos()) {
            KnnVectorsReader vectors = info.hasVectorValues() ? reader.getVectorReader() : null;
            if (vectors instanceof PerFieldKnnVectorsFormat.FieldsReader perField) {
                vectors = perField.getFieldReader(info.name);
            }
            if (vectors instanceof KithKnnReader kith) {
                found.add(kith);
            }
        }
        return found;
    }
}
