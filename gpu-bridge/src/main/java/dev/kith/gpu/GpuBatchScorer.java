package dev.kith.gpu;

import dev.kith.core.AcceptOrdinals;
import dev.kith.core.DenseVectors;
import dev.kith.core.batch.BatchAccelerator;
import dev.kith.core.batch.BatchShape;
import dev.kith.core.batch.RowBlock;
import dev.kith.core.batch.RowNorms;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// Exact batch search on a CUDA device, with the answers of the CPU (see [dev.kith.core.batch.ProductError]).
///
/// One call has the device at a time; others wait, in order, up to the queue limit. Buffers are kept between calls, within
/// the memory budget and a fixed bound of pinned memory. Any CUDA error ends the device for good: all its memory is
/// released as far as the library still obeys, [#usable()] turns false, and this and later calls throw. Thread-safe.
public final class GpuBatchScorer implements BatchAccelerator {
    /// Below this share of accepted rows, sending the accepted ones is cheaper than multiplying all resident ones.
    private static final int SPARSE = 8;

    private final GpuDevice device;
    private final GpuOptions options;
    private final GpuCostModel cost;
    private final ReentrantLock turn = new ReentrantLock(true);
    private final AtomicInteger waiting = new AtomicInteger();
    private final Map<DenseVectors, ResidentVectors> residents = new IdentityHashMap<>();
    /// The keys of [#residents], readable without the turn: what estimates ask.
    private final Set<Identity> residentKeys = ConcurrentHashMap.newKeySet();
    private @Nullable Lane lane;
    private volatile boolean failed;
    private volatile boolean closed;

    /// Vectors by what they are, not by what they hold.
    private record Identity(DenseVectors vectors) {
        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof Identity that && that.vectors == vectors;
        }

        @Override
        public int hashCode() {
            return System.identityHashCode(vectors);
        }
    }

    private GpuBatchScorer(GpuDevice device, GpuOptions options) {
        this.device = device;
        this.options = options;
        this.cost = new GpuCostModel(device.info(), options.precision());
    }

    /// What looking for a GPU came to.
    public sealed interface Search {
        /// A device. Whoever receives the scorer closes it.
        record Found(GpuBatchScorer scorer) implements Search {}

        /// None, and why, for a user to act on.
        record Absent(String reason) implements Search {}
    }

    /// Looks for libraries, driver and device. Takes no device memory yet.
    public static Search open(GpuOptions options) {
        GpuDevice.Search search = GpuDevice.open(options);
        GpuDevice found = search.device();
        return found == null ? new Search.Absent(search.reason()) : new Search.Found(new GpuBatchScorer(found, options));
    }

    /// What is known of the device.
    public GpuInfo info() {
        return device.info();
    }

    @Override
    public String name() {
        return "cuda:" + device.info().number();
    }

    @Override
    public boolean usable() {
        return !failed && !closed;
    }

    @Override
    public double estimatedSeconds(BatchShape shape) {
        return cost.seconds(shape);
    }

    @Override
    public double estimatedSeconds(DenseVectors vectors, BatchShape shape) {
        if (!usesResident(residentKeys.contains(new Identity(vectors)), shape.rows(), vectors.count())) {
            return cost.seconds(shape);
        }
        return cost.seconds(new BatchShape(shape.queryCount(), vectors.count(), shape.dimension(), shape.k(), shape.encoding()),
                true);
    }

    private static boolean usesResident(boolean there, int accepted, int count) {
        return there && accepted >= count / SPARSE;
    }

    /// Bytes of device memory held at the moment, by resident vectors and by buffers kept between calls.
    public long heldBytes() {
        return device.heldBytes();
    }

    @Override
    public long[][] nearest(DenseVectors vectors, float[] queries, int queryCount, int k, AcceptOrdinals accept) {
        int rows = Math.min(accept.cardinality(), vectors.count());
        BatchShape shape = BatchShape.of(vectors, queries, queryCount, k, rows);
        if (rows == 0 || queryCount == 0) {
            return new long[queryCount][0];
        }
        takeTurn();
        try {
            ResidentVectors held = residents.get(vectors);
            if (!usesResident(held != null, rows, vectors.count())) {
                held = null;
            }
            var work = new BatchRun.Work(vectors, queries, queryCount, Math.min(k, vectors.count()), accept, held);
            return run(shape, work);
        } finally {
            turn.unlock();
        }
    }

    private long[][] run(BatchShape shape, BatchRun.Work work) {
        try {
            device.use();
            int rows = work.resident() == null ? shape.rows() : work.vectors().count();
            Lane ready = laneFor(shape.queryCount(), rows, shape.dimension(), work.k());
            try {
                return new BatchRun(device, options.precision(), ready, work, () -> closed).answer();
            } catch (RuntimeException | Error e) {
                settle(ready, e);
                throw e;
            }
        } catch (CudaException e) {
            fail(e);
            throw e;
        }
    }

    /// Loads vectors into device memory, as the configured precision has them.
    ///
    /// @throws GpuException if they do not fit the budget or the device fails
    public ResidentVectors resident(DenseVectors vectors) {
        takeTurn();
        try {
            ResidentVectors there = residents.get(vectors);
            if (there != null) {
                throw new IllegalStateException("these vectors are resident already");
            }
            device.use();
            ResidentVectors held = upload(vectors);
            residents.put(vectors, held);
            residentKeys.add(new Identity(vectors));
            return held;
        } catch (CudaException e) {
            fail(e);
            throw e;
        } finally {
            turn.unlock();
        }
    }

    private ResidentVectors upload(DenseVectors vectors) {
        long rowBytes = (long) vectors.dimension() * options.precision().bytes();
        long bytes = Math.max(1, vectors.count() * rowBytes);
        if (bytes > device.leftBytes()) {
            releaseLane();
        }
        DeviceBuffer rows = device.allocate("resident vectors", bytes);
        try {
            float[] biases = new float[vectors.count()];
            Lane ready = laneFor(1, vectors.count(), vectors.dimension(), 1);
            try {
                return new ResidentVectors(this, vectors, rows, biases, copyUp(vectors, ready, rows, biases));
            } catch (RuntimeException | Error e) {
                settle(ready, e);
                throw e;
            }
        } catch (RuntimeException e) {
            Closing.after(e, List.of(rows));
            throw e;
        }
    }

    /// After a call that ended early: waits until nothing queued writes to buffers that the next call uses.
    private void settle(Lane used, Throwable failure) {
        try {
            used.drain();
        } catch (CudaException second) {
            failure.addSuppressed(second);
            if (!(failure instanceof CudaException)) {
                fail(second);
            }
        }
    }

    private RowNorms copyUp(DenseVectors vectors, Lane ready, DeviceBuffer target, float[] biases) {
        CudaRuntime runtime = device.runtime();
        int blockRows = ready.plan().rows();
        long rowBytes = ready.plan().rowBytes();
        RowBlock staging = new RowBlock(blockRows, vectors.dimension(), vectors.encoding());
        RowNorms norms = RowNorms.NONE;
        int turnOf = 0;
        for (int from = 0; from < vectors.count(); from += blockRows) {
            int n = Math.min(blockRows, vectors.count() - from);
            Lane.Slot slot = ready.slot(turnOf);
            runtime.awaitStream(slot.stream);
            staging.load(vectors, IntStream.range(from, from + n).toArray(), 0, n);
            Operands.write(options.precision(), staging.values(), n * vectors.dimension(), slot.hostRows.memory(), 0);
            System.arraycopy(staging.biases(), 0, biases, from, n);
            norms = norms.and(staging.norms());
            runtime.copy(target.address() + from * rowBytes, slot.hostRows.memory().address(), n * rowBytes,
                    CudaRuntime.Direction.UP, slot.stream);
            turnOf = 1 - turnOf;
        }
        ready.drain();
        return norms;
    }

    /// Frees resident vectors, unless the device did so already.
    void evict(ResidentVectors held) {
        turn.lock();
        try {
            if (residents.remove(held.vectors(), held)) {
                residentKeys.remove(new Identity(held.vectors()));
                Closing.all(List.of(held::free, device::use));
            }
        } catch (CudaException e) {
            fail(e);
            throw e;
        } finally {
            turn.unlock();
        }
    }

    /// Waits for the device, if not too many wait already. Afterwards the caller holds [#turn].
    private void takeTurn() {
        requireUsable();
        if (!turn.tryLock()) {
            int others = waiting.getAndIncrement();
            try {
                if (others >= options.accelerator().queueLimit()) {
                    throw new GpuBusyException(others);
                }
                turn.lock();
            } finally {
                waiting.decrementAndGet();
            }
        }
        if (!usable()) {
            turn.unlock();
            requireUsable();
        }
    }

    private void requireUsable() {
        if (!usable()) {
            throw new GpuClosedException(name() + (failed ? " failed earlier and" : ""));
        }
    }

    /// Buffers for a call: those kept from the last one if they are large enough.
    private Lane laneFor(int queryCount, int rows, int dimension, int k) {
        Lane kept = lane;
        long left = device.leftBytes() + (kept == null ? 0 : kept.plan().deviceBytes());
        BlockPlan plan = BlockPlan.choose(queryCount, rows, dimension, k, options.precision(), left);
        if (kept != null && kept.plan().covers(plan) && kept.plan().rowBytes() == plan.rowBytes()
                && kept.plan().queries() >= plan.queries()) {
            return kept;
        }
        releaseLane();
        Lane made = new Lane(device, plan);
        lane = made;
        return made;
    }

    private void releaseLane() {
        Lane kept = lane;
        lane = null;
        if (kept != null) {
            kept.close();
        }
    }

    /// After a CUDA error: nothing of the device is used again. Called with the turn held.
    private void fail(CudaException failure) {
        failed = true;
        Closing.after(failure, everything());
    }

    private List<AutoCloseable> everything() {
        List<AutoCloseable> all = new ArrayList<>();
        for (ResidentVectors held : residents.values()) {
            all.add(held::free);
        }
        residents.clear();
        residentKeys.clear();
        Lane kept = lane;
        lane = null;
        if (kept != null) {
            all.add(kept);
        }
        return all;
    }

    /// Ends calls in flight at their next block, and frees all device memory.
    @Override
    public void close() {
        closed = true;
        turn.lock();
        try {
            List<AutoCloseable> all = everything();
            if (!all.isEmpty()) {
                all.add(device::use); // closed last first
            }
            Closing.all(all);
        } finally {
            turn.unlock();
        }
    }
}
