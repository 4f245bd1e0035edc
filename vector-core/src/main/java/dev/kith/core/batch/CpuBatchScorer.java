package dev.kith.core.batch;

import dev.kith.core.AcceptOrdinals;
import dev.kith.core.BatchScorer;
import dev.kith.core.DenseVectors;
import dev.kith.core.Scorer;
import dev.kith.core.TopK;
import dev.kith.core.VectorKernels;
import java.util.Arrays;

/// Exact batch search on the CPU, on the calling thread. Rows are read once for each group of [#GROUP] queries, a
/// cache-sized block at a time, and multiplied with all queries of the group by [TileKernel]; [MarginSelector] makes the
/// answer that of the plain scan. One or two queries, and a JVM without SIMD, use the plain scan itself.
///
/// Memory of a call: a group's queries, a few words for each of its neighbours and a block of rows, whatever the number
/// of queries. Thread-safe.
final class CpuBatchScorer implements BatchScorer {
    /// From this many queries on a tile, which always has the price of [TileKernel#QUERIES], beats scanning for each.
    private static final int FEW = 3;
    /// Queries that share one pass over the rows: enough to make reading and converting rows cheap, few enough for the cache.
    private static final int GROUP = 512;
    /// Bound of group x k, so that a very large k does not take memory by the group.
    private static final int GROUP_KEYS = 1 << 20;
    /// Bytes of a row block: a part of a core's own cache.
    private static final int BLOCK_BYTES = 256 << 10;
    private static final int SCAN_ROWS = 256;

    /// Multiply-adds of one lane and nanosecond that a cost model may count on, as floating-point operations a second.
    private static final double SIMD_FLOPS_PER_LANE = 8e9;
    private static final double SCALAR_FLOPS = 4e9;

    private final int rowsPerTile;

    CpuBatchScorer() {
        this(VectorKernels.simd() ? TileKernel.ROWS : 0);
    }

    /// @param rowsPerTile 8 or 4, or 0 for the plain scan
    CpuBatchScorer(int rowsPerTile) {
        this.rowsPerTile = rowsPerTile;
    }

    @Override
    public String name() {
        return "cpu";
    }

    /// Seconds one thread needs for a shape, by a rule of thumb that a cost model compares with an accelerator's.
    static double estimatedSeconds(BatchShape shape) {
        double rate = VectorKernels.simd() ? SIMD_FLOPS_PER_LANE * TileKernel.QUERIES / 2 : SCALAR_FLOPS;
        return shape.flops() / rate;
    }

    @Override
    public long[][] nearest(DenseVectors vectors, float[] queries, int queryCount, int k, AcceptOrdinals accept) {
        BatchShape shape = BatchShape.of(vectors, queries, queryCount, k, accept.cardinality());
        long[][] answers = new long[queryCount][];
        int kept = Math.max(1, Math.min(k, vectors.count()));
        if (rowsPerTile == 0 || queryCount < FEW) {
            for (int q = 0; q < queryCount; q++) {
                answers[q] = scan(vectors, queries, q, kept, accept);
            }
            return answers;
        }
        TileKernelDrills.before((double) shape.flops() / 2);
        int group = Math.min(queryCount, Math.clamp(GROUP_KEYS / kept, 1, GROUP));
        Work work = new Work(vectors, kept, accept, group);
        for (int from = 0; from < queryCount; from += group) {
            work.group(new QueryBlock(vectors.metric(), shape.dimension(), queries, from, Math.min(group, queryCount - from)));
            work.finish(answers, from);
        }
        return answers;
    }

    private static long[] scan(DenseVectors vectors, float[] queries, int q, int k, AcceptOrdinals accept) {
        float[] query = new float[vectors.dimension()];
        System.arraycopy(queries, q * query.length, query, 0, query.length);
        Scorer scorer = vectors.scorer(query);
        TopK top = new TopK(k);
        int[] ordinals = new int[SCAN_ROWS];
        float[] distances = new float[SCAN_ROWS];
        int found = accept.next(0, ordinals);
        while (found > 0) {
            scorer.score(ordinals, found, distances);
            top.offerAll(ordinals, distances, found);
            found = found < SCAN_ROWS ? 0 : accept.next(ordinals[found - 1] + 1, ordinals);
        }
        return top.toSortedKeys();
    }

    /// The buffers of one call.
    private final class Work {
        private final DenseVectors vectors;
        private final AcceptOrdinals accept;
        private final MarginSelector[] selectors;
        private final float[] packed;
        private final float[] cuts;
        private final double[] errors;
        private final float[] products = new float[8 * TileKernel.QUERIES];
        private final RowBlock rows;
        private final int[] ordinals;
        private int queries;

        Work(DenseVectors vectors, int k, AcceptOrdinals accept, int group) {
            this.vectors = vectors;
            this.accept = accept;
            this.selectors = new MarginSelector[group];
            for (int i = 0; i < group; i++) {
                selectors[i] = new MarginSelector(k);
            }
            int padded = (group + TileKernel.QUERIES - 1) / TileKernel.QUERIES * TileKernel.QUERIES;
            this.packed = new float[Math.multiplyExact(padded, vectors.dimension())];
            this.cuts = new float[padded];
            this.errors = new double[padded];
            int wanted = Math.clamp(BLOCK_BYTES / (4L * vectors.dimension()), rowsPerTile, 1024);
            this.rows = new RowBlock(wanted / rowsPerTile * rowsPerTile, vectors.dimension(), vectors.encoding());
            this.ordinals = new int[rows.capacity()];
        }

        /// One pass over the accepted rows.
        void group(QueryBlock block) {
            queries = block.count();
            pack(block);
            for (int i = 0; i < queries; i++) {
                selectors[i].begin(vectors, block.query(i));
            }
            int found = accept.next(0, ordinals);
            while (found > 0) {
                rows.load(vectors, ordinals, 0, found);
                int next = ordinals[found - 1] + 1;
                for (int first = 0; first < queries; first += TileKernel.QUERIES) {
                    tiles(block, first);
                }
                found = found < ordinals.length ? 0 : accept.next(next, ordinals);
            }
        }

        void finish(long[][] answers, int from) {
            for (int i = 0; i < queries; i++) {
                answers[from + i] = selectors[i].finish();
            }
        }

        /// All rows of the block against the queries from `first` on.
        private void tiles(QueryBlock block, int first) {
            int dimension = vectors.dimension();
            int last = Math.min(queries, first + TileKernel.QUERIES);
            for (int i = first; i < last; i++) {
                errors[i] = block.error(i, ProductError.FLOAT32, rows.norms());
                cuts[i] = block.cut(i, selectors[i].limit(), errors[i]);
            }
            long real = (1L << (last - first)) - 1;
            for (int row = 0; row < rows.size(); row += rowsPerTile) {
                if (rowsPerTile == 8) {
                    TileKernel.dots8(rows.values(), row * dimension, packed, first * dimension, dimension, products);
                } else {
                    TileKernel.dots4(rows.values(), row * dimension, packed, first * dimension, dimension, products);
                }
                for (int j = 0; j < rowsPerTile && row + j < rows.size(); j++) {
                    long bits = TileKernel.wanted(products, j, rows.bias(row + j), cuts, first) & real;
                    for (; bits != 0; bits &= bits - 1) {
                        offer(block, first, Long.numberOfTrailingZeros(bits), row, j);
                    }
                }
            }
        }

        private void offer(QueryBlock block, int first, int lane, int row, int j) {
            int i = first + lane;
            float closeness = products[j * TileKernel.QUERIES + lane] - rows.bias(row + j);
            MarginSelector selector = selectors[i];
            selector.offer(rows.ordinal(row + j), block.distance(i, closeness), errors[i]);
            cuts[i] = block.cut(i, selector.limit(), errors[i]);
        }

        /// Queries dimension by dimension, tile after tile; missing ones are zeros.
        private void pack(QueryBlock block) {
            int dimension = vectors.dimension();
            int width = TileKernel.QUERIES;
            float[] values = block.values();
            Arrays.fill(packed, 0f);
            for (int i = 0; i < queries; i++) {
                int to = i / width * width * dimension + i % width;
                int from = i * dimension;
                for (int c = 0; c < dimension; c++) {
                    packed[to + c * width] = values[from + c];
                }
            }
        }
    }
}
