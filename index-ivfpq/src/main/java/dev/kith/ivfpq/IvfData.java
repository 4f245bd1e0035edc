package dev.kith.ivfpq;

import dev.kith.core.CorruptBytesException;
import dev.kith.core.cluster.CentroidCodes;
import dev.kith.core.pq.BlockLayout;
import dev.kith.core.pq.DenseRotation;
import dev.kith.core.pq.ProductQuantizer;
import dev.kith.core.pq.Rotation;
import dev.kith.ivfpq.IvfCodec.ProductCodes;
import dev.kith.ivfpq.IvfCodec.SignCodes;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/// The bytes of an index as its sections. Codes, ordinals and centroids are read in place; codebooks and rotation, which are
/// small, are copied.
final class IvfData {
    final IvfHeader header;
    final IvfShape shape;
    final BlockLayout layout;
    final MemorySegment bytes;
    final CentroidCodes centroidCodes;
    /// Means of the groups of centroids; null if lists are ranked in one step.
    final @Nullable CentroidCodes groupCodes;
    /// What effort a recall takes, as measured when the index was built; null if it was not.
    final @Nullable EffortTable efforts;
    final Rotation rotation;
    final ProductQuantizer quantizer;
    final MemorySegment lists;
    final MemorySegment ordinals;
    final MemorySegment blocks;
    final MemorySegment refine;
    final MemorySegment listOf;

    private IvfData(IvfHeader header, MemorySegment bytes) throws CorruptBytesException {
        this.header = header;
        this.shape = header.shape();
        this.layout = shape.layout();
        this.bytes = bytes;
        this.centroidCodes = new CentroidCodes(shape.nlist(), shape.dimension(),
                bytes.asSlice(header.centroidCodesOffset(), header.centroidCodeBytes()));
        this.groupCodes = header.grouped()
                ? new CentroidCodes(header.groups(), shape.dimension(),
                        bytes.asSlice(header.groupCodesOffset(), header.groupCodeBytes()))
                : null;
        this.efforts = EffortTable.read(bytes);
        this.rotation = shape.matrixFloats() == 0
                ? IvfModel.fixedRotation(shape, header.seed())
                : new DenseRotation(shape.dimension(), shape.codeDimension(),
                        floats("rotation", header.matrixOffset(), shape.matrixFloats()));
        this.quantizer = switch (shape.codec()) {
            case SignCodes _ -> ProductQuantizer.signs(shape.codeDimension());
            case ProductCodes p -> ProductQuantizer.of(p.subspaces(), p.bits(), shape.subDimension(),
                    floats("codebooks", header.codebooksOffset(), shape.codebookFloats()));
        };
        this.lists = bytes.asSlice(header.listsOffset(), (long) IvfHeader.LIST_BYTES * shape.nlist());
        this.ordinals = bytes.asSlice(header.ordinalsOffset(), 4 * header.places());
        this.blocks = bytes.asSlice(header.blocksOffset(), header.blockBytes());
        this.refine = bytes.asSlice(header.refineOffset(), header.places() * shape.refineBytes());
        this.listOf = bytes.asSlice(header.listOfOffset(), 4L * header.size());
    }

    /// Maps the sections and checks the header, the model's numbers and the list table.
    static IvfData open(MemorySegment bytes) throws CorruptBytesException {
        if (!bytes.isNative()) {
            throw new IllegalArgumentException("an index is opened in native or mapped memory, not heap memory");
        }
        IvfData data = new IvfData(IvfHeader.read(bytes), bytes);
        data.checkLists();
        return data;
    }

    private float[] floats(String what, long offset, int count) throws CorruptBytesException {
        float[] values = new float[count];
        MemorySegment.copy(bytes, IvfHeader.FLOAT, offset, values, 0, count);
        for (int i = 0; i < count; i++) {
            if (!Float.isFinite(values[i])) {
                throw new CorruptBytesException(what, offset + 4L * i, "a finite number", "" + values[i]);
            }
        }
        return values;
    }

    private void checkLists() throws CorruptBytesException {
        int next = 0;
        long primaries = 0;
        for (int l = 0; l < shape.nlist(); l++) {
            long at = header.listsOffset() + (long) l * IvfHeader.LIST_BYTES;
            if (firstPlace(l) != next) {
                throw new CorruptBytesException("first place of list " + l, at, "" + next, "" + firstPlace(l));
            }
            int rows = rows(l);
            if (rows < 0 || primaryRows(l) < 0 || primaryRows(l) > rows || rows > header.places() - next) {
                throw new CorruptBytesException("rows of list " + l, at + 4, "at most what the blocks hold",
                        rows + " rows, " + primaryRows(l) + " of them first");
            }
            if (!(meanSquaredResidual(l) >= 0)) {
                throw new CorruptBytesException("mean squared residual of list " + l, at + 12, "at least 0",
                        "" + meanSquaredResidual(l));
            }
            next += rows;
            primaries += primaryRows(l);
        }
        if (layout.blocks(next) != header.blocks()) {
            throw new CorruptBytesException("lists", header.listsOffset(), header.blocks() + " blocks of rows", next + " rows");
        }
        if (primaries > header.size()) {
            throw new CorruptBytesException("lists", header.listsOffset(), "at most " + header.size() + " first rows",
                    "" + primaries);
        }
    }

    /// Reads everything: every row's ordinal, factors and list. For verification, not for opening.
    void verify() throws CorruptBytesException {
        float[] centroids = floats("centroids", header.centroidsOffset(), shape.nlist() * shape.dimension());
        assert centroids.length > 0;
        byte[] seen = new byte[header.size()];
        int place = 0;
        for (int l = 0; l < shape.nlist(); l++) {
            for (int end = firstPlace(l) + rows(l); place < end; place++) {
                verifyRow(l, false, place, seen);
            }
        }
        for (; place < header.places(); place++) {
            verifyRow(shape.nlist() - 1, true, place, seen);
        }
        int times = header.spilled() ? 2 : 1;
        for (int o = 0; o < header.size(); o++) {
            int list = listOf.get(IvfHeader.INT, 4L * o);
            if (seen[o] != times || list < 0 || list >= shape.nlist()) {
                throw new CorruptBytesException("list of ordinal " + o, header.listOfOffset() + 4L * o,
                        "a list below " + shape.nlist() + " and " + times + " rows",
                        "list " + list + " and " + seen[o] + " rows");
            }
        }
    }

    private void verifyRow(int list, boolean pads, int place, byte[] seen) throws CorruptBytesException {
        int ordinal = ordinal(place);
        if (pads ? ordinal != -1 : ordinal < 0 || ordinal >= header.size() || ++seen[ordinal] > 2) {
            throw new CorruptBytesException("ordinal in list " + list, header.ordinalsOffset() + 4L * place,
                    pads ? "-1" : "below " + header.size() + ", at most twice", "" + ordinal);
        }
        long block = (long) (place / layout.rows()) * layout.blockBytes();
        int r = place % layout.rows();
        float bias = layout.bias(blocks, block, r);
        int scaleError = layout.scaleError(blocks, block, r);
        boolean sound = pads
                ? bias == Float.POSITIVE_INFINITY
                : Float.isFinite(bias) && Float.isFinite(BlockLayout.scale(scaleError)) && BlockLayout.error(scaleError) >= 0;
        if (!sound) {
            throw new CorruptBytesException("factors of place " + place + " in list " + list, header.blocksOffset() + block
                    + layout.biasOffset() + 4L * r, "finite numbers", "bias " + bias + ", " + Integer.toHexString(scaleError));
        }
    }

    /// Where the rows of a list begin.
    int firstPlace(int list) {
        return lists.get(IvfHeader.INT, (long) list * IvfHeader.LIST_BYTES);
    }

    int rows(int list) {
        return lists.get(IvfHeader.INT, (long) list * IvfHeader.LIST_BYTES + 4);
    }

    int primaryRows(int list) {
        return lists.get(IvfHeader.INT, (long) list * IvfHeader.LIST_BYTES + 8);
    }

    float meanSquaredResidual(int list) {
        return lists.get(IvfHeader.FLOAT, (long) list * IvfHeader.LIST_BYTES + 12);
    }

    int ordinal(int place) {
        return ordinals.get(IvfHeader.INT, 4L * place);
    }

    /// The ordinal at a place, which a damaged file may have made impossible.
    int soundOrdinal(int place) {
        int ordinal = ordinal(place);
        if (ordinal < 0 || ordinal >= header.size()) {
            throw new UncheckedIOException(new CorruptBytesException("ordinal", header.ordinalsOffset() + 4L * place,
                    "below " + header.size(), "" + ordinal));
        }
        return ordinal;
    }

    /// The model with its float centroids, for encoding more rows.
    IvfModel model() {
        float[] centroids = new float[shape.nlist() * shape.dimension()];
        MemorySegment.copy(bytes, IvfHeader.FLOAT, header.centroidsOffset(), centroids, 0, centroids.length);
        return new IvfModel(shape, header.seed(), centroids, header.grouped(), rotation, quantizer);
    }
}
