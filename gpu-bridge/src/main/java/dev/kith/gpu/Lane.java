package dev.kith.gpu;

import dev.kith.core.batch.RowNorms;
import java.util.ArrayList;
import java.util.List;

/// The road of one call at a time through a device: a cuBLAS handle, the queries, and two slots, so that one block is
/// copied and multiplied while the CPU reads the products of the other. Owns all it allocates. Not thread-safe.
final class Lane implements AutoCloseable {
    private final GpuDevice device;
    private final List<AutoCloseable> owned = new ArrayList<>();
    private final BlockPlan plan;
    private final long handle;
    private final PinnedBuffer hostQueries;
    private final DeviceBuffer queries;
    private final Slot[] slots = new Slot[2];

    /// One of the two blocks under way: its stream, its buffers and what is known of its rows.
    static final class Slot {
        final long stream;
        final long done;
        final PinnedBuffer hostRows;
        final DeviceBuffer rows;
        final DeviceBuffer products;
        final PinnedBuffer hostProducts;
        final int[] ordinals;
        final float[] biases;
        RowNorms norms = RowNorms.NONE;
        int count;

        private Slot(Lane lane) {
            CudaRuntime runtime = lane.device.runtime();
            BlockPlan plan = lane.plan;
            stream = runtime.createStream();
            lane.own(() -> runtime.destroyStream(stream));
            done = runtime.createEvent();
            lane.own(() -> runtime.destroyEvent(done));
            hostRows = lane.own(new PinnedBuffer(runtime, plan.rowBlockBytes()));
            rows = lane.own(lane.device.allocate("a block of rows", plan.rowBlockBytes()));
            products = lane.own(lane.device.allocate("products", plan.productBytes()));
            hostProducts = lane.own(new PinnedBuffer(runtime, plan.productBytes()));
            ordinals = new int[plan.rows()];
            biases = new float[plan.rows()];
        }
    }

    /// Allocates all of it, or nothing.
    ///
    /// @throws GpuException if a part cannot be had
    Lane(GpuDevice device, BlockPlan plan) {
        this.device = device;
        this.plan = plan;
        try {
            handle = device.blas().create();
            own(() -> device.blas().destroy(handle));
            hostQueries = own(new PinnedBuffer(device.runtime(), plan.queryBlockBytes()));
            queries = own(device.allocate("queries", plan.queryBlockBytes()));
            slots[0] = new Slot(this);
            slots[1] = new Slot(this);
        } catch (RuntimeException | Error e) {
            Closing.after(e instanceof RuntimeException r ? r : new IllegalStateException(e), owned);
            throw e;
        }
    }

    private <T extends AutoCloseable> T own(T thing) {
        owned.add(thing);
        return thing;
    }

    BlockPlan plan() {
        return plan;
    }

    long handle() {
        return handle;
    }

    PinnedBuffer hostQueries() {
        return hostQueries;
    }

    DeviceBuffer queries() {
        return queries;
    }

    Slot slot(int i) {
        return slots[i];
    }

    /// Waits until nothing queued touches the buffers any more.
    void drain() {
        for (Slot slot : slots) {
            device.runtime().awaitStream(slot.stream);
        }
    }

    /// Waits for what is queued and frees everything, also where the library reports errors.
    @Override
    public void close() {
        List<AutoCloseable> all = new ArrayList<>(owned);
        owned.clear();
        if (!all.isEmpty()) {
            all.add(this::drain); // closed last first: waits before it frees
        }
        Closing.all(all);
    }
}
