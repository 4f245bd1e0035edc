package dev.kith.hnsw;

import static dev.kith.hnsw.GraphHeader.INT;

import dev.kith.core.CorruptBytesException;
import dev.kith.core.NeighbourCodes;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;
import java.util.Arrays;
import java.util.Objects;

/// The links of all nodes in one piece of memory, laid out as on disk, whether built or mapped.
///
/// Level 0 is one flat table of rows of `2 * m` ordinals, filled from the left and ended by [#NONE]. The few nodes above
/// level 0 have a *slot* each, in ascending order of ordinal; their rows hold slots, not ordinals, so that a walk over
/// the upper levels needs no look-up. Reading is thread-safe; writing belongs to one builder.
final class Graph {
    /// Ends a row that is not full.
    static final int NONE = -1;

    final GraphHeader header;
    final MemorySegment bytes;
    private final long rows;
    private final long upperNodes;
    private final long upperRows;
    private final int degree;
    private final int m;

    Graph(GraphHeader header, MemorySegment bytes) {
        this.header = header;
        this.bytes = bytes;
        this.rows = header.rowsOffset();
        this.upperNodes = header.upperNodesOffset();
        this.upperRows = header.upperRowsOffset();
        this.degree = header.degree();
        this.m = header.parameters().m();
    }

    int size() {
        return header.size();
    }

    int degree() {
        return degree;
    }

    int m() {
        return m;
    }

    /// Copies the level-0 links of `ordinal` into `target`, [#degree()] ints, the unused ones [#NONE].
    ///
    /// A row that a writer changes meanwhile may be read half old and half new; each of its links leads to a node whose
    /// vector and row can be seen.
    void links(int ordinal, int[] target) {
        MemorySegment.copy(bytes, INT, rows + 4L * degree * ordinal, target, 0, degree);
        VarHandle.acquireFence();
    }

    /// Begins to load the links of nodes that will be asked for next, all at once.
    ///
    /// @return nothing of use, but a result, or the reads would be left out
    long touchLinks(int[] ordinals, int count) {
        long sum = 0;
        for (int i = 0; i < count; i++) {
            long row = rows + 4L * degree * ordinals[i];
            sum += bytes.get(INT, row) + bytes.get(INT, row + 4L * (degree - 1));
        }
        return sum;
    }

    void setLinks(int ordinal, int[] links, int count) {
        set(rows + 4L * degree * ordinal, links, count, degree);
    }

    /// Copies the links of the upper node `slot` at `level >= 1`: slots, [#m()] of them, the unused ones [#NONE].
    void upperLinks(int slot, int level, int[] target) {
        MemorySegment.copy(bytes, INT, upperRow(slot, level), target, 0, m);
    }

    void setUpperLinks(int slot, int level, int[] links, int count) {
        set(upperRow(slot, level), links, count, m);
    }

    private void set(long at, int[] links, int count, int capacity) {
        Arrays.fill(links, count, capacity, NONE);
        MemorySegment.copy(links, 0, bytes, INT, at, capacity);
    }

    private long upperRow(int slot, int level) {
        int highest = level(slot);
        if (level < 1 || level > highest) { // of an opened graph, whose upper nodes nobody has checked
            throw new IndexOutOfBoundsException("level " + level + " of the upper node " + slot + ", which has " + highest);
        }
        return upperRows + 4L * m * (firstRow(slot) + level - 1L);
    }

    /// The ordinal of the node in `slot`.
    int upperOrdinal(int slot) {
        Objects.checkIndex(slot, header.upperNodes());
        return bytes.get(INT, upperNodes + 8L * slot);
    }

    /// The slot of an upper node.
    int slotOf(int ordinal) {
        int low = 0;
        int high = header.upperNodes() - 1;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (upperOrdinal(middle) < ordinal) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        assert upperOrdinal(low) == ordinal;
        return low;
    }

    private int firstRow(int slot) {
        return bytes.get(INT, upperNodes + 8L * slot + 4);
    }

    /// The highest level of the node in `slot`, at least 1.
    int level(int slot) {
        Objects.checkIndex(slot, header.upperNodes());
        return firstRow(slot + 1) - firstRow(slot);
    }

    void setUpperNode(int slot, int ordinal, int firstRow) {
        bytes.set(INT, upperNodes + 8L * slot, ordinal);
        bytes.set(INT, upperNodes + 8L * slot + 4, firstRow);
    }

    /// Number of links in a row as copied by [#links(int, int[])] or [#upperLinks(int, int, int[])].
    static int count(int[] row, int capacity) {
        int n = 0;
        while (n < capacity && row[n] != NONE) {
            n++;
        }
        return n;
    }

    /// Checks what a search relies on: every reference in range, rows ended properly, levels within bounds.
    void validate() throws CorruptBytesException {
        validateUpper();
        int[] block = new int[degree * 256];
        for (int first = 0; first < header.size(); first += 256) {
            int nodes = Math.min(256, header.size() - first);
            long at = rows + 4L * degree * first;
            MemorySegment.copy(bytes, INT, at, block, 0, nodes * degree);
            checkRows(block, nodes * degree, degree, header.size(), at);
        }
        if (header.withCodes() && header.size() > 0) {
            NeighbourCodes entries = header.entryCodes();
            validateOrdinals(entries, header.entryPointsOffset(), new int[lanes(entries)]);
        }
        if (header.coded()) {
            validateCodes();
        }
    }

    /// Codes may hold any bits; the ordinals beside them may not.
    private void validateCodes() throws CorruptBytesException {
        NeighbourCodes codes = header.codes();
        int[] ids = new int[lanes(codes)];
        for (int ordinal = 0; ordinal < header.size(); ordinal++) {
            validateOrdinals(codes, header.codesOffset() + codes.rowBytes() * ordinal, ids);
        }
    }

    private static int lanes(NeighbourCodes codes) {
        return codes.groups() * NeighbourCodes.GROUP;
    }

    private void validateOrdinals(NeighbourCodes codes, long row, int[] ids) throws CorruptBytesException {
        for (int g = 0; g < codes.groups(); g++) {
            MemorySegment.copy(bytes, INT, row + codes.ordinalOffset(g * NeighbourCodes.GROUP), ids, g * NeighbourCodes.GROUP,
                    NeighbourCodes.GROUP);
        }
        checkRows(ids, ids.length, ids.length, header.size(), row);
    }

    private void validateUpper() throws CorruptBytesException {
        int previous = -1;
        int nextRow = 0;
        int highest = 0;
        for (int slot = 0; slot < header.upperNodes(); slot++) {
            long at = upperNodes + 8L * slot;
            int ordinal = upperOrdinal(slot);
            if (ordinal <= previous || ordinal >= header.size()) {
                throw new CorruptBytesException("HNSW upper node", at, "an ordinal in (" + previous + ", " + header.size() + ")",
                        Integer.toString(ordinal));
            }
            previous = ordinal;
            int row = firstRow(slot);
            int levels = firstRow(slot + 1) - row;
            if (row != nextRow || levels < 1 || levels > header.maxLevel()) {
                throw new CorruptBytesException("HNSW upper node rows", at + 4, "first row " + nextRow + " and 1 to "
                        + header.maxLevel() + " levels", "first row " + row + " and " + levels + " levels");
            }
            nextRow += levels;
            highest = Math.max(highest, levels);
        }
        if (nextRow != header.upperRows() || highest != header.maxLevel()) {
            throw new CorruptBytesException("HNSW upper nodes", upperNodes, header.upperRows() + " rows, top level "
                    + header.maxLevel(), nextRow + " rows, top level " + highest);
        }
        if (header.upperNodes() > 0
                && (upperOrdinal(header.entrySlot()) != header.entryOrdinal() || level(header.entrySlot()) != highest)) {
            throw new CorruptBytesException("HNSW entry", GraphHeader.offsetOf("entrySlot"),
                    "a node of level " + highest + " with ordinal " + header.entryOrdinal(),
                    "level " + level(header.entrySlot()) + ", ordinal " + upperOrdinal(header.entrySlot()));
        }
        int[] links = new int[m];
        for (int slot = 0; slot < header.upperNodes(); slot++) {
            for (int level = 1; level <= level(slot); level++) {
                upperLinks(slot, level, links);
                checkRows(links, m, m, header.upperNodes(), upperRow(slot, level));
                checkLevels(links, level, upperRow(slot, level));
            }
        }
    }

    private void checkLevels(int[] links, int level, long at) throws CorruptBytesException {
        for (int i = 0; i < m && links[i] != NONE; i++) {
            if (level(links[i]) < level) {
                throw new CorruptBytesException("HNSW upper link", at + 4L * i, "a node of level " + level + " or more",
                        "slot " + links[i] + " of level " + level(links[i]));
            }
        }
    }

    /// A fast sweep that only asks whether something is wrong; where it is, is found on the slow road.
    private static void checkRows(int[] links, int count, int rowLength, int limit, long at) throws CorruptBytesException {
        int wrong = 0;
        for (int i = 0; i < count; i++) {
            int link = links[i];
            int after = (i + 1) % rowLength == 0 ? NONE : links[i + 1];
            // out of [-1, limit), or an end mark with a link after it
            wrong |= (link + 1) | (limit - 1 - link) | (link == NONE && after != NONE ? Integer.MIN_VALUE : 0);
        }
        if (wrong < 0) {
            report(links, count, rowLength, limit, at);
        }
    }

    private static void report(int[] links, int count, int rowLength, int limit, long at) throws CorruptBytesException {
        boolean ended = false;
        for (int i = 0; i < count; i++) {
            ended = i % rowLength != 0 && (ended || links[i - 1] == NONE);
            if (links[i] < NONE || links[i] >= limit || (ended && links[i] != NONE)) {
                throw new CorruptBytesException("HNSW link", at + 4L * i,
                        ended ? "-1 after the end of a row" : "[-1, " + limit + ")",
                        Integer.toString(links[i]));
            }
        }
        throw new AssertionError("a wrong link that cannot be found");
    }

    /// Bytes of this graph, as saved.
    byte[] toBytes() {
        return bytes.toArray(ValueLayout.JAVA_BYTE);
    }
}
