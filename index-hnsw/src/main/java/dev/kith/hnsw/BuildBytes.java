package dev.kith.hnsw;

import dev.kith.core.NeighbourCodes;
import dev.kith.core.cluster.NeighbourTiles;

/// What a build by [BulkBuilder] takes at its peak, on and off the heap: the graph, which stands from the first moment, and beside it
/// the most that one of its stages holds. All that grows with the vectors or is more than some kilobytes a thread is counted; garbage
/// that nobody has collected yet is not. `BuildPeakTest` compares the sums with what builds hold.
///
/// @param size nodes
/// @param parameters with rows that are resolved
/// @param threads of the build
record BuildBytes(int size, int dimension, HnswParameters parameters, int threads) {
    /// Whatever the size: kernels' scratch, the calibration, small tables.
    private static final long BASE = 256 << 10;
    /// The same for each thread.
    private static final long THREAD = 48 << 10;

    long peak() {
        long most = Math.max(Math.max(training(), finding()), Math.max(refining(), Math.max(linkingBack(), coding())));
        return GraphLayout.bytes(size, dimension, parameters) + 9L * size / 8 + most + BASE + THREAD * threads;
    }

    private int degree() {
        return 2 * parameters.m();
    }

    /// A bit a node.
    private long visited() {
        return size / 8L;
    }

    private long training() {
        return 8L * size + Partition.trainingBytes(size, dimension, threads);
    }

    /// Each thread looks for the candidates of a slice; places and half norms stand beside.
    private long finding() {
        int k = Math.min(BulkBuilder.candidates(parameters) + 1, size);
        long tiles = NeighbourTiles.bytes(NeighbourFinder.SLICE, Partition.MAX_LIST, dimension, k);
        long finder = ListNeighbours.bytes(size, dimension) + tiles + 16L * k;
        return 8L * size + Partition.bytes(size, dimension) + threads * finder;
    }

    /// The rows chosen anew stand beside the old.
    private long refining() {
        return 4L * degree() * size + Partition.bytes(size, dimension)
                + threads * (16L * degree() * (degree() + 1) + visited());
    }

    /// All links once more, turned around, and where those to each node end.
    private long linkingBack() {
        return 4L * degree() * size + 4L * size + Partition.bytes(size, dimension);
    }

    private long coding() {
        boolean coded = parameters.rows() == NodeRows.CODED;
        return 4L * size + (coded ? threads * (NeighbourCodes.encoderBytes(dimension) + visited()) : 0);
    }
}
