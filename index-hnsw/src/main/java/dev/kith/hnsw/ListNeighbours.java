package dev.kith.hnsw;

import dev.kith.core.BuildControl;
import dev.kith.core.DenseVectors;
import dev.kith.core.Metric;
import dev.kith.core.cluster.NeighbourTiles;

/// Finds neighbours in the lists of a [Partition] that are near: for each list that any node of the slice asks for, all
/// inner products of its vectors with the nodes that ask. A list is packed once for a slice, and nodes of a slice are
/// neighbours, so that they mostly ask for the same lists.
final class ListNeighbours implements NeighbourFinder {
    private final DenseVectors vectors;
    private final Partition partition;
    private final float[] halves;
    private final VectorBlock queries;
    private final VectorBlock rows;
    private final NeighbourTiles tiles;
    private final BuildControl control;
    private final long[] pairs;
    private final int[] asking = new int[SLICE];
    private final float[] rowHalves = new float[Partition.MAX_LIST];

    /// @param halves half the squared norms of the partition's members, or none where the metric needs none
    /// @param k neighbours to find
    ListNeighbours(DenseVectors vectors, Partition partition, float[] halves, int k, BuildControl control) {
        this.vectors = vectors;
        this.partition = partition;
        this.halves = halves;
        this.control = control;
        this.queries = new VectorBlock(vectors, SLICE);
        this.rows = new VectorBlock(vectors, Partition.MAX_LIST);
        this.tiles = new NeighbourTiles(SLICE, Partition.MAX_LIST, vectors.dimension(), k);
        this.pairs = new long[(partition.probes() + 1) * SLICE];
    }

    /// Half the squared norms of all members, for SQUARED_L2.
    static float[] halves(DenseVectors vectors, Partition partition, BuildControl control) {
        if (vectors.metric() != Metric.SQUARED_L2) {
            return new float[0];
        }
        int[] members = partition.members();
        float[] halves = new float[members.length];
        Workers.run((members.length + SLICE - 1) / SLICE, control, () -> {
            float[] row = new float[vectors.dimension()];
            return slice -> {
                for (int i = slice * SLICE; i < Math.min(members.length, (slice + 1) * SLICE); i++) {
                    VectorBlock.copy(vectors, members[i], row, 0);
                    halves[i] = VectorBlock.half(row, 0, row.length);
                }
            };
        });
        return halves;
    }

    @Override
    public void find(int[] places, int count) {
        for (int i = 0; i < count; i++) {
            asking[i] = partition.members()[places[i]];
        }
        queries.load(asking, 0, count);
        tiles.begin();
        int n = partition.near(queries, places, count, pairs);
        int i = 0;
        while (i < n) {
            int list = (int) (pairs[i] >> 32);
            int asked = 0;
            while (i < n && (int) (pairs[i] >> 32) == list) {
                asking[asked++] = (int) pairs[i++];
            }
            control.checkCancelled();
            pack(list);
            tiles.offer(queries.rows(), asking, 0, asked);
        }
    }

    private void pack(int list) {
        int from = partition.start(list);
        int count = partition.start(list + 1) - from;
        rows.load(partition.members(), from, count);
        if (halves.length > 0) {
            System.arraycopy(halves, from, rowHalves, 0, count);
        }
        tiles.block(rows.rows(), rowHalves, partition.members(), from, count);
    }

    @Override
    public int take(int i, int[] found) {
        return tiles.take(i, found);
    }

    /// Bytes one of these takes over a partition of `points` vectors, and what its calls allocate, without its tiles.
    static long bytes(int points, int dimension) {
        long lists = Partition.lists(points);
        long probes = Math.min(Partition.PROBES, lists);
        long distances = 32 * lists; // of eight vectors to all centroids
        return 4L * dimension * (SLICE + Partition.MAX_LIST) + SLICE * (16 * probes + 12) + 4L * Partition.MAX_LIST + distances;
    }
}
