package dev.kith.gpu;

/// How a batch is cut into pieces for the device: groups of queries, each multiplied with block after block of rows.
///
/// @param queries queries of a group
/// @param rows rows of a block
/// @param rowBytes bytes of a row as the device multiplies it
record BlockPlan(int queries, int rows, long rowBytes) {
    /// Queries beyond this no longer make a block's transfer cheaper by much.
    private static final int MOST_QUERIES = 2048;
    /// Bytes of a block's products: large enough to hide a launch, small enough to be in the cache when they are read.
    private static final long PRODUCT_BYTES = 16L << 20;
    private static final long ROW_BLOCK_BYTES = 16L << 20;
    /// Bound of all pinned memory of a device.
    private static final long PINNED_BYTES = 160L << 20;
    /// Bound of queries x k, so that a large k does not take memory by the group.
    private static final int MOST_KEYS = 1 << 20;
    private static final int LEAST_ROWS = 16;

    /// A plan that stays within the pinned bound and `deviceBytes`.
    ///
    /// @throws GpuMemoryException if even the smallest pieces do not
    static BlockPlan choose(int queryCount, int rowCount, int dimension, int k, GpuPrecision precision, long deviceBytes) {
        long rowBytes = (long) dimension * precision.bytes();
        int queries = Math.clamp(Math.min(MOST_KEYS / k, queryCount), 1, MOST_QUERIES);
        long byProducts = Math.max(256, PRODUCT_BYTES / (4L * queries));
        long byRows = Math.max(LEAST_ROWS, ROW_BLOCK_BYTES / rowBytes);
        int rows = (int) Math.min(Math.min(byProducts, byRows), Math.max(1, rowCount));
        BlockPlan plan = new BlockPlan(queries, rows, rowBytes);
        while (plan.deviceBytes() > deviceBytes || plan.pinnedBytes() > PINNED_BYTES) {
            BlockPlan smaller = plan.halved();
            if (smaller.equals(plan)) {
                throw new GpuMemoryException("the smallest block of dimension " + dimension, plan.deviceBytes(),
                        Math.min(deviceBytes, PINNED_BYTES));
            }
            plan = smaller;
        }
        return plan;
    }

    private BlockPlan halved() {
        boolean queriesLead = queries > rows && queries > 1 || rows <= LEAST_ROWS && queries > 1;
        if (queriesLead) {
            return new BlockPlan(queries / 2, rows, rowBytes);
        }
        return new BlockPlan(queries, rows > LEAST_ROWS ? rows / 2 : rows, rowBytes);
    }

    long queryBlockBytes() {
        return queries * rowBytes;
    }

    long rowBlockBytes() {
        return rows * rowBytes;
    }

    long productBytes() {
        return 4L * queries * rows;
    }

    /// Device memory of a plan: the queries, two blocks and their products.
    long deviceBytes() {
        return queryBlockBytes() + 2 * (rowBlockBytes() + productBytes());
    }

    /// Pinned memory of a plan: the same pieces on the host.
    long pinnedBytes() {
        return deviceBytes();
    }

    /// Whether buffers made for this plan serve another.
    boolean covers(BlockPlan other) {
        return queryBlockBytes() >= other.queryBlockBytes() && rowBlockBytes() >= other.rowBlockBytes()
                && productBytes() >= other.productBytes() && rows >= other.rows;
    }
}
