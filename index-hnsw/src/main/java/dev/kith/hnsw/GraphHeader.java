package dev.kith.hnsw;

import static java.lang.foreign.MemoryLayout.PathElement.groupElement;

import dev.kith.core.CorruptBytesException;
import dev.kith.core.Metric;
import dev.kith.core.NeighbourCodes;
import dev.kith.core.NodeCodes;
import dev.kith.core.SignCodes;
import java.lang.foreign.Arena;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.zip.CRC32C;

/// The first 128 bytes of a graph, little-endian. Reader and writer share [#LAYOUT]; `docs/format/hnsw.md` is the same table.
///
/// @param size nodes, ordinals are `[0, size)`
/// @param entryOrdinal from which all nodes can be reached; -1 when empty
/// @param entrySlot its place in the table of upper nodes; -1 when no node stands above level 0
/// @param maxLevel highest level with a node
/// @param upperNodes nodes with a level of 1 or more
/// @param upperRows rows of `m` links above level 0, one for each upper node and level
/// @param entryPoints at the nearest of which walks over codes begin; 0 without codes
/// @param calibration what was measured after the build
record GraphHeader(int size, int dimension, Metric metric, HnswParameters parameters, int entryOrdinal, int entrySlot,
        int maxLevel,
        int upperNodes, int upperRows, int entryPoints, Calibration calibration) {
    static final int BYTES = 128;
    static final long MAGIC = 0x57534e486874694bL; // "KithHNSW" in file order
    static final int VERSION = 4;
    static final int LEVEL_LIMIT = 64;
    static final int MAX_DIMENSION = 1 << 24;

    static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    static final StructLayout LAYOUT = MemoryLayout.structLayout(
            LONG.withName("magic"),
            INT.withName("version"),
            INT.withName("headerBytes"),
            INT.withName("size"),
            INT.withName("dimension"),
            INT.withName("metric"),
            INT.withName("m"),
            INT.withName("efConstruction"),
            INT.withName("entryOrdinal"),
            LONG.withName("seed"),
            INT.withName("entrySlot"),
            INT.withName("maxLevel"),
            INT.withName("upperNodes"),
            INT.withName("upperRows"),
            LONG.withName("rowsOffset"),
            LONG.withName("upperNodesOffset"),
            LONG.withName("upperRowsOffset"),
            LONG.withName("totalBytes"),
            INT.withName("rows"),
            INT.withName("entryPoints"),
            LONG.withName("codesOffset"),
            INT.withName("ef90"),
            INT.withName("ef95"),
            INT.withName("ef99"),
            INT.withName("checksum"));

    GraphHeader withCalibration(Calibration measured) {
        return new GraphHeader(size, dimension, metric, parameters, entryOrdinal, entrySlot, maxLevel, upperNodes, upperRows,
                entryPoints, measured);
    }

    /// Links a node holds at level 0.
    int degree() {
        return 2 * parameters.m();
    }

    /// Bytes between two level-0 rows.
    long rowBytes() {
        return 4L * degree();
    }

    long rowsOffset() {
        return BYTES;
    }

    long upperNodesOffset() {
        return align(rowsOffset() + size * rowBytes());
    }

    /// One record of 8 bytes for each upper node and one that ends the table.
    long upperRowsOffset() {
        return align(upperNodesOffset() + 8L * (upperNodes + 1L));
    }

    /// The vector that the nodes' own codes are relative to, if they carry codes.
    long centreOffset() {
        return align(upperRowsOffset() + 4L * parameters.m() * upperRows);
    }

    /// The table of [EntryPoints], if the nodes carry codes.
    long entryPointsOffset() {
        return align(centreOffset() + 4L * dimension);
    }

    /// One row for all entry points.
    NeighbourCodes entryCodes() {
        return new NeighbourCodes(metric, dimension, Math.max(1, entryPoints), parameters.seed());
    }

    /// Rows of [NeighbourCodes] or single [NodeCodes], one a node, if the nodes carry codes.
    long codesOffset() {
        return withCodes() ? align(entryPointsOffset() + entryCodes().nodeOffset()) : centreOffset();
    }

    boolean coded() {
        return parameters.rows() == NodeRows.CODED;
    }

    /// Whether the nodes carry codes of any kind.
    boolean withCodes() {
        return parameters.rows() != NodeRows.LINKS;
    }

    NeighbourCodes codes() {
        return new NeighbourCodes(metric, dimension, degree(), parameters.seed());
    }

    /// The nodes' own codes.
    NodeCodes nodeCodes() {
        return coded() ? codes().nodeCodes() : new NodeCodes(metric, dimension, 4, parameters.seed());
    }

    /// Where the own code of node 0 stands.
    long nodeCodesOffset() {
        return codesOffset() + (coded() ? codes().nodeOffset() : 0);
    }

    /// Bytes from one node's code to the next node's.
    long nodeCodesStride() {
        return coded() ? codes().rowBytes() : nodeCodes().bytes();
    }

    /// The signs of the nodes, which only coded graphs carry.
    SignCodes signs() {
        return new SignCodes(metric, dimension, parameters.seed());
    }

    /// Where the signs of node 0 stand.
    long signsOffset() {
        return withCodes() ? align(codesOffset() + size * nodeCodesStride()) : codesOffset();
    }

    long totalBytes() {
        return coded() ? signsOffset() + (long) size * signs().bytes() : signsOffset();
    }

    static long align(long offset) {
        return (offset + 63) & -64;
    }

    static long offsetOf(String field) {
        return LAYOUT.byteOffset(groupElement(field));
    }

    MemorySegment write(Arena arena) {
        MemorySegment to = arena.allocate(BYTES, 64);
        to.set(LONG, offsetOf("magic"), MAGIC);
        to.set(INT, offsetOf("version"), VERSION);
        to.set(INT, offsetOf("headerBytes"), BYTES);
        to.set(INT, offsetOf("size"), size);
        to.set(INT, offsetOf("dimension"), dimension);
        to.set(INT, offsetOf("metric"), code(metric));
        to.set(INT, offsetOf("m"), parameters.m());
        to.set(INT, offsetOf("efConstruction"), parameters.efConstruction());
        to.set(INT, offsetOf("entryOrdinal"), entryOrdinal);
        to.set(LONG, offsetOf("seed"), parameters.seed());
        to.set(INT, offsetOf("entrySlot"), entrySlot);
        to.set(INT, offsetOf("maxLevel"), maxLevel);
        to.set(INT, offsetOf("upperNodes"), upperNodes);
        to.set(INT, offsetOf("upperRows"), upperRows);
        to.set(LONG, offsetOf("rowsOffset"), rowsOffset());
        to.set(LONG, offsetOf("upperNodesOffset"), upperNodesOffset());
        to.set(LONG, offsetOf("upperRowsOffset"), upperRowsOffset());
        to.set(LONG, offsetOf("totalBytes"), totalBytes());
        to.set(INT, offsetOf("rows"), code(parameters.rows()));
        to.set(INT, offsetOf("entryPoints"), entryPoints);
        to.set(LONG, offsetOf("codesOffset"), codesOffset());
        to.set(INT, offsetOf("ef90"), calibration.ef90());
        to.set(INT, offsetOf("ef95"), calibration.ef95());
        to.set(INT, offsetOf("ef99"), calibration.ef99());
        to.set(INT, offsetOf("checksum"), checksum(to));
        return to;
    }

    static GraphHeader read(MemorySegment bytes) throws CorruptBytesException {
        if (bytes.byteSize() < BYTES) {
            throw new CorruptBytesException("HNSW header", 0, BYTES + " bytes", bytes.byteSize() + " bytes");
        }
        expect(bytes, "magic", LONG, MAGIC);
        expect(bytes, "version", INT, VERSION);
        expect(bytes, "headerBytes", INT, BYTES);
        expect(bytes, "checksum", INT, checksum(bytes));
        int size = inRange(bytes, "size", 0, Integer.MAX_VALUE);
        int dimension = inRange(bytes, "dimension", 1, MAX_DIMENSION);
        int metric = inRange(bytes, "metric", 0, Metric.values().length - 1);
        int m = inRange(bytes, "m", 2, HnswParameters.MAX_M);
        int efConstruction = inRange(bytes, "efConstruction", 1, HnswParameters.MAX_EF_CONSTRUCTION);
        int upperNodes = inRange(bytes, "upperNodes", 0, size);
        int entryOrdinal = inRange(bytes, "entryOrdinal", size == 0 ? -1 : 0, size - 1);
        int entrySlot = inRange(bytes, "entrySlot", upperNodes == 0 ? -1 : 0, upperNodes - 1);
        int maxLevel = inRange(bytes, "maxLevel", upperNodes == 0 ? 0 : 1, upperNodes == 0 ? 0 : LEVEL_LIMIT);
        int upperRows = inRange(bytes, "upperRows", upperNodes, (int) Math.min(Integer.MAX_VALUE, (long) upperNodes * maxLevel));
        long seed = bytes.get(LONG, offsetOf("seed"));
        NodeRows rows = rows(inRange(bytes, "rows", 0, 2));
        boolean coded = rows != NodeRows.LINKS;
        int entryPoints = inRange(bytes, "entryPoints", coded && size > 0 ? 1 : 0, coded ? size : 0);
        HnswParameters parameters = new HnswParameters(m, efConstruction, seed, rows);
        Calibration calibration = new Calibration(inRange(bytes, "ef90", 0, size), inRange(bytes, "ef95", 0, size),
                inRange(bytes, "ef99", 0, size));
        GraphHeader header = new GraphHeader(size, dimension, metric(metric), parameters, entryOrdinal, entrySlot, maxLevel,
                upperNodes,
                upperRows, entryPoints, calibration);
        expect(bytes, "rowsOffset", LONG, header.rowsOffset());
        expect(bytes, "upperNodesOffset", LONG, header.upperNodesOffset());
        expect(bytes, "upperRowsOffset", LONG, header.upperRowsOffset());
        expect(bytes, "codesOffset", LONG, header.codesOffset());
        expect(bytes, "totalBytes", LONG, header.totalBytes());
        if (bytes.byteSize() < header.totalBytes()) {
            throw new CorruptBytesException("HNSW graph", bytes.byteSize(), header.totalBytes() + " bytes",
                    bytes.byteSize() + " bytes");
        }
        return header;
    }

    /// Codes on disk, fixed for ever; not the enum's order.
    private static int code(Metric metric) {
        return switch (metric) {
            case SQUARED_L2 -> 0;
            case INNER_PRODUCT -> 1;
            case COSINE -> 2;
        };
    }

    private static int code(NodeRows rows) {
        return switch (rows) {
            case LINKS -> 0;
            case CODED -> 1;
            case COMPACT -> 2;
            case BEST -> throw new IllegalArgumentException("BEST is a wish, not what rows are");
        };
    }

    private static NodeRows rows(int code) {
        return code == 0 ? NodeRows.LINKS : code == 1 ? NodeRows.CODED : NodeRows.COMPACT;
    }

    private static Metric metric(int code) {
        return code == 0 ? Metric.SQUARED_L2 : code == 1 ? Metric.INNER_PRODUCT : Metric.COSINE;
    }

    private static int checksum(MemorySegment bytes) {
        CRC32C crc = new CRC32C();
        crc.update(bytes.asSlice(0, offsetOf("checksum")).toArray(ValueLayout.JAVA_BYTE));
        return (int) crc.getValue();
    }

    private static void expect(MemorySegment bytes, String field, ValueLayout layout, long expected)
            throws CorruptBytesException {
        long at = offsetOf(field);
        long found = layout.byteSize() == 8 ? bytes.get(LONG, at) : bytes.get(INT, at);
        if (found != expected) {
            throw new CorruptBytesException("HNSW " + field, at, Long.toString(expected), Long.toString(found));
        }
    }

    private static int inRange(MemorySegment bytes, String field, int min, int max) throws CorruptBytesException {
        long at = offsetOf(field);
        int found = bytes.get(INT, at);
        if (found < min || found > max) {
            throw new CorruptBytesException("HNSW " + field, at, "[" + min + ", " + max + "]", Integer.toString(found));
        }
        return found;
    }
}
