package dev.kith.lucene;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.function.Supplier;
import org.apache.lucene.codecs.CodecUtil;
import org.apache.lucene.index.CorruptIndexException;
import org.apache.lucene.index.IndexFileNames;
import org.apache.lucene.index.SegmentInfo;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.IOContext;
import org.apache.lucene.store.IndexInput;
import org.apache.lucene.store.IndexOutput;
import org.apache.lucene.util.IOUtils;

/// The two kinds of file of a segment, each a container between Lucene's index header and footer. The container begins on a
/// 64-byte boundary of the file, so that its sections are 64-byte aligned wherever the file itself is.
///
/// @param extension of the file's name
/// @param codec the name in the index header
record SegmentFile(String extension, String codec) {
    static final SegmentFile VECTORS = new SegmentFile(KithVectorsFormat.VECTORS_EXTENSION, "KithVectorsData");
    static final SegmentFile INDEX = new SegmentFile(KithVectorsFormat.INDEX_EXTENSION, "KithVectorsIndex");

    /// Version in the index header; the container inside has versions of its own.
    static final int VERSION = 1;

    private static final int ALIGNMENT = 64;

    /// Where a segment's files are.
    record Place(Directory directory, SegmentInfo segment, String suffix) {}

    /// An open file.
    ///
    /// @param container the container between header and footer
    record Opened(IndexInput input, MemorySegment container, boolean copied, String name) {}

    String name(Place place) {
        return IndexFileNames.segmentFileName(place.segment().name, place.suffix(), extension);
    }

    /// Creates the file and writes what stands before the container.
    IndexOutput create(Place place, IOContext context) throws IOException {
        IndexOutput output = place.directory().createOutput(name(place), context);
        try {
            CodecUtil.writeIndexHeader(output, codec, VERSION, place.segment().getId(), place.suffix());
            output.alignFilePointer(ALIGNMENT);
            return output;
        } catch (Throwable t) {
            IOUtils.closeWhileHandlingException(output);
            throw t;
        }
    }

    /// Opens the file and checks header and footer, not the content.
    ///
    /// @param copies gives the owner of the bytes where the directory does not map them
    Opened open(Place place, IOContext context, Supplier<Arena> copies) throws IOException {
        String name = name(place);
        IndexInput input = place.directory().openInput(name, context);
        try {
            CodecUtil.checkIndexHeader(input, codec, VERSION, VERSION, place.segment().getId(), place.suffix());
            long start = (input.getFilePointer() + ALIGNMENT - 1) & -ALIGNMENT;
            CodecUtil.retrieveChecksum(input);
            long end = input.length() - CodecUtil.footerLength();
            if (start > end) {
                throw new CorruptIndexException("the file ends at " + end + ", before its content begins at " + start, input);
            }
            InputMemory memory = InputMemory.of(input, copies);
            return new Opened(input, memory.bytes().asSlice(start, end - start), memory.copied(), name);
        } catch (Throwable t) {
            IOUtils.closeWhileHandlingException(input);
            throw t;
        }
    }
}
