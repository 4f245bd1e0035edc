package dev.kith.ivfpq;

import static java.lang.foreign.MemoryLayout.PathElement.groupElement;

import dev.kith.core.CorruptBytesException;
import dev.kith.core.Metric;
import dev.kith.core.cluster.CentroidCodes;
import dev.kith.ivfpq.IvfCodec.ProductCodes;
import dev.kith.ivfpq.IvfCodec.SignCodes;
import dev.kith.ivfpq.IvfCodec.Turn;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.List;
import java.util.zip.CRC32C;

/// The first 128 bytes of an index, little-endian. Reader and writer share [#LAYOUT]; `docs/format/ivfpq.md` is the same
/// table. All offsets follow from the numbers here.
///
/// @param size vectors, ordinals are `[0, size)`
/// @param blocks blocks of codes in all lists together
/// @param spilled whether every vector stands in two lists
/// @param seed of the rotation and of everything random in training
/// @param grouped whether the 64 centroids side by side in a group of centroid codes are near each other, and the means of the
///        groups are on file: the first of two levels of the coarse step
/// @param modelId a hash of centroids, rotation and codebooks: indexes with the same one can be merged by concatenation
record IvfHeader(IvfShape shape, int size, int blocks, boolean spilled, boolean grouped, long seed, long modelId) {
    static final int BYTES = 128;
    static final long MAGIC = 0x514656496874694bL; // "KithIVFQ" in file order
    static final int VERSION = 2;
    /// On file a metric or a turn is its place here, so that the enums may be reordered.
    private static final Metric[] METRICS = {Metric.SQUARED_L2, Metric.INNER_PRODUCT, Metric.COSINE};
    private static final Turn[] TURNS = {Turn.NONE, Turn.RANDOM, Turn.TRAINED};
    /// Bytes of a list's record: first place, rows, rows whose first list this is, mean squared residual.
    static final int LIST_BYTES = 16;

    static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    static final StructLayout LAYOUT = MemoryLayout.structLayout(
            LONG.withName("magic"),
            INT.withName("version"),
            INT.withName("headerBytes"),
            INT.withName("size"),
            INT.withName("dimension"),
            INT.withName("metric"),
            INT.withName("nlist"),
            INT.withName("codec"),
            INT.withName("subspaces"),
            INT.withName("bits"),
            INT.withName("turn"),
            INT.withName("refineBits"),
            INT.withName("spilled"),
            INT.withName("blocks"),
            INT.withName("grouped"),
            LONG.withName("seed"),
            LONG.withName("modelId"),
            LONG.withName("totalBytes"),
            INT.withName("rungs"),
            INT.withName("rungsK"),
            MemoryLayout.sequenceLayout(28, ValueLayout.JAVA_BYTE).withName("reserved"),
            INT.withName("checksum"));

    long centroidsOffset() {
        return align(BYTES + EffortTable.BYTES);
    }

    /// Float centroids, shape (nlist, dimension).
    long centroidBytes() {
        return 4L * shape.nlist() * shape.dimension();
    }

    long centroidCodesOffset() {
        return align(centroidsOffset() + centroidBytes());
    }

    long centroidCodeBytes() {
        return CentroidCodes.byteSize(shape.nlist(), shape.dimension());
    }

    long groupCodesOffset() {
        return align(centroidCodesOffset() + centroidCodeBytes());
    }

    /// Means of the groups of centroids.
    int groups() {
        return grouped ? CentroidCodes.groups(shape.nlist()) : 0;
    }

    long groupCodeBytes() {
        return grouped ? CentroidCodes.byteSize(groups(), shape.dimension()) : 0;
    }

    long matrixOffset() {
        return align(groupCodesOffset() + groupCodeBytes());
    }

    long codebooksOffset() {
        return align(matrixOffset() + 4L * shape.matrixFloats());
    }

    long listsOffset() {
        return align(codebooksOffset() + 4L * shape.codebookFloats());
    }

    long ordinalsOffset() {
        return align(listsOffset() + (long) LIST_BYTES * shape.nlist());
    }

    /// Rows of all blocks, those that pad the last one included; a *place* is a number below this.
    long places() {
        return (long) blocks * shape.layout().rows();
    }

    long blocksOffset() {
        return align(ordinalsOffset() + 4 * places());
    }

    long blockBytes() {
        return (long) blocks * shape.layout().blockBytes();
    }

    long refineOffset() {
        return align(blocksOffset() + blockBytes());
    }

    /// List of each ordinal.
    long listOfOffset() {
        return align(refineOffset() + places() * shape.refineBytes());
    }

    long totalBytes() {
        return align(listOfOffset() + 4L * size);
    }

    static long align(long offset) {
        return (offset + 63) & -64;
    }

    static long offsetOf(String field) {
        return LAYOUT.byteOffset(groupElement(field));
    }

    /// The header of an index that has not measured itself yet.
    void write(MemorySegment to) {
        write(to, 0, 0);
    }

    /// @param rungs rungs of the effort table behind the header
    /// @param rungsK answers a search it is about; 0 without a table
    void write(MemorySegment to, int rungs, int rungsK) {
        to.set(LONG, offsetOf("magic"), MAGIC);
        to.set(INT, offsetOf("version"), VERSION);
        to.set(INT, offsetOf("headerBytes"), BYTES);
        to.set(INT, offsetOf("size"), size);
        to.set(INT, offsetOf("dimension"), shape.dimension());
        to.set(INT, offsetOf("metric"), List.of(METRICS).indexOf(shape.metric()));
        to.set(INT, offsetOf("nlist"), shape.nlist());
        to.set(INT, offsetOf("codec"), shape.codec() instanceof ProductCodes ? 1 : 2);
        to.set(INT, offsetOf("subspaces"), shape.subspaces());
        to.set(INT, offsetOf("bits"), shape.bits());
        to.set(INT, offsetOf("turn"), List.of(TURNS).indexOf(shape.turn()));
        to.set(INT, offsetOf("refineBits"), shape.refineBits());
        to.set(INT, offsetOf("spilled"), spilled ? 1 : 0);
        to.set(INT, offsetOf("blocks"), blocks);
        to.set(LONG, offsetOf("seed"), seed);
        to.set(LONG, offsetOf("modelId"), modelId);
        to.set(LONG, offsetOf("totalBytes"), totalBytes());
        to.set(INT, offsetOf("grouped"), grouped ? 1 : 0);
        to.set(INT, offsetOf("rungs"), rungs);
        to.set(INT, offsetOf("rungsK"), rungsK);
        to.set(INT, offsetOf("checksum"), checksum(to));
    }

    /// Reads and checks a header and that the bytes hold all of its sections.
    static IvfHeader read(MemorySegment from) throws CorruptBytesException {
        if (from.byteSize() < BYTES) {
            throw new CorruptBytesException("header", 0, BYTES + " bytes", from.byteSize() + " bytes");
        }
        expect(from, "magic", from.get(LONG, offsetOf("magic")), MAGIC);
        expect(from, "version", from.get(INT, offsetOf("version")), VERSION);
        expect(from, "headerBytes", from.get(INT, offsetOf("headerBytes")), BYTES);
        expect(from, "checksum", from.get(INT, offsetOf("checksum")), checksum(from));
        IvfShape shape = shape(from);
        int size = atLeast(from, "size", 0);
        int blocks = atLeast(from, "blocks", 0);
        boolean spilled = oneOf(from, "spilled", 0, 1) == 1;
        boolean grouped = oneOf(from, "grouped", 0, 1) == 1;
        oneOf(from, "rungs", 0, EffortTable.MAX_RUNGS);
        IvfHeader header = new IvfHeader(shape, size, blocks, spilled, grouped, from.get(LONG, offsetOf("seed")),
                from.get(LONG, offsetOf("modelId")));
        if (header.places() > Integer.MAX_VALUE) {
            throw new CorruptBytesException("blocks", offsetOf("blocks"), "fewer than 2^31 rows in blocks", blocks + " blocks");
        }
        expect(from, "totalBytes", from.get(LONG, offsetOf("totalBytes")), header.totalBytes());
        if (from.byteSize() < header.totalBytes()) {
            throw new CorruptBytesException("index", 0, header.totalBytes() + " bytes", from.byteSize() + " bytes");
        }
        return header;
    }

    private static IvfShape shape(MemorySegment from) throws CorruptBytesException {
        try {
            IvfCodec codec = oneOf(from, "codec", 1, 2) == 2
                    ? new SignCodes()
                    : new ProductCodes(from.get(INT, offsetOf("subspaces")), from.get(INT, offsetOf("bits")),
                            TURNS[oneOf(from, "turn", 0, 2)]);
            IvfShape shape = new IvfShape(METRICS[oneOf(from, "metric", 0, 2)], from.get(INT, offsetOf("dimension")),
                    from.get(INT, offsetOf("nlist")), codec, from.get(INT, offsetOf("refineBits")));
            expect(from, "subspaces", from.get(INT, offsetOf("subspaces")), shape.subspaces());
            expect(from, "bits", from.get(INT, offsetOf("bits")), shape.bits());
            expect(from, "turn", from.get(INT, offsetOf("turn")), List.of(TURNS).indexOf(shape.turn()));
            if (shape.refineBits() != 0 && shape.refineBits() != 4 && shape.refineBits() != 8) {
                throw new CorruptBytesException("refineBits", offsetOf("refineBits"), "0, 4 or 8", "" + shape.refineBits());
            }
            return shape;
        } catch (IllegalArgumentException | ArithmeticException e) {
            throw new CorruptBytesException("header", 0, "possible numbers", String.valueOf(e.getMessage()));
        }
    }

    private static void expect(MemorySegment from, String field, long found, long expected) throws CorruptBytesException {
        if (found != expected) {
            throw new CorruptBytesException(field, offsetOf(field), "" + expected, "" + found);
        }
    }

    private static int atLeast(MemorySegment from, String field, int least) throws CorruptBytesException {
        int found = from.get(INT, offsetOf(field));
        if (found < least) {
            throw new CorruptBytesException(field, offsetOf(field), "at least " + least, "" + found);
        }
        return found;
    }

    private static int oneOf(MemorySegment from, String field, int least, int most) throws CorruptBytesException {
        int found = from.get(INT, offsetOf(field));
        if (found < least || found > most) {
            throw new CorruptBytesException(field, offsetOf(field), least + " to " + most, "" + found);
        }
        return found;
    }

    private static int checksum(MemorySegment header) {
        CRC32C crc = new CRC32C();
        crc.update(header.asSlice(0, offsetOf("checksum")).toArray(ValueLayout.JAVA_BYTE));
        return (int) crc.getValue();
    }
}
