package dev.kith.gpu;

import dev.kith.core.AcceptOrdinals;
import dev.kith.core.DenseVectors;
import dev.kith.core.batch.Candidates;
import dev.kith.core.batch.MarginSelector;
import dev.kith.core.batch.QueryBlock;
import dev.kith.core.batch.RowBlock;
import dev.kith.core.batch.RowNorms;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/// One batch search on a device. For each group of queries:
///
/// 1. the queries go up once;
/// 2. blocks of rows follow, alternating between the lane's two slots: rows are staged in pinned memory, copied up,
///    multiplied with all queries of the group, and the products copied down, all queued on the slot's own stream;
/// 3. while one slot's stream works, the CPU reads the other's products and offers what might be near to the selectors;
/// 4. the selectors give their few rows exact distances.
///
/// Resident vectors skip the staging and the copy up. Not thread-safe; used once.
final class BatchRun {
    private static final int STAGED_ROWS = 64;
    /// Products read before a limit is known, doubled from then on: without a limit every row is a candidate.
    private static final int FIRST_CHUNK = 32;

    /// What is searched.
    record Work(DenseVectors vectors, float[] queries, int queryCount, int k, AcceptOrdinals accept,
            @Nullable ResidentVectors resident) {}

    private final GpuDevice device;
    private final GpuPrecision precision;
    private final Lane lane;
    private final Work work;
    private final BooleanSupplier stopped;
    private final MarginSelector[] selectors;
    private final RowBlock staging;
    private final int[] hits;
    private int next;
    private boolean firstBlock;

    /// @param stopped whether the device is being closed, asked between blocks
    BatchRun(GpuDevice device, GpuPrecision precision, Lane lane, Work work, BooleanSupplier stopped) {
        this.device = device;
        this.precision = precision;
        this.lane = lane;
        this.work = work;
        this.stopped = stopped;
        this.selectors = new MarginSelector[Math.min(lane.plan().queries(), work.queryCount)];
        for (int i = 0; i < selectors.length; i++) {
            selectors[i] = new MarginSelector(work.k);
        }
        this.staging = new RowBlock(Math.min(STAGED_ROWS, lane.plan().rows()), work.vectors.dimension(), work.vectors.encoding());
        this.hits = new int[lane.plan().rows()];
    }

    long[][] answer() {
        long[][] answers = new long[work.queryCount][];
        DenseVectors vectors = work.vectors;
        for (int from = 0; from < work.queryCount; from += selectors.length) {
            int count = Math.min(selectors.length, work.queryCount - from);
            var queries = new QueryBlock(vectors.metric(), vectors.dimension(), work.queries, from, count);
            group(queries);
            for (int i = 0; i < count; i++) {
                answers[from + i] = selectors[i].finish();
            }
        }
        return answers;
    }

    private void group(QueryBlock queries) {
        for (int i = 0; i < queries.count(); i++) {
            selectors[i].begin(work.vectors, queries.query(i));
        }
        sendQueries(queries);
        next = 0;
        firstBlock = true;
        int current = 0;
        boolean running = submit(lane.slot(current), queries);
        while (running) {
            if (stopped.getAsBoolean()) {
                throw new GpuClosedException("cuda:" + device.info().number());
            }
            boolean more = submit(lane.slot(1 - current), queries);
            collect(lane.slot(current), queries);
            current = 1 - current;
            running = more;
        }
    }

    private void sendQueries(QueryBlock queries) {
        CudaRuntime runtime = device.runtime();
        float[] values = queries.values();
        Operands.write(precision, values, values.length, lane.hostQueries().memory(), 0);
        Lane.Slot first = lane.slot(0);
        Lane.Slot second = lane.slot(1);
        long bytes = (long) values.length * precision.bytes();
        runtime.copy(lane.queries().address(), lane.hostQueries().memory().address(), bytes, CudaRuntime.Direction.UP,
                first.stream);
        runtime.recordEvent(first.done, first.stream);
        runtime.streamWaits(second.stream, first.done);
    }

    /// Queues the next block on a slot whose last products have been read; false if there are no more rows.
    private boolean submit(Lane.Slot slot, QueryBlock queries) {
        CudaRuntime runtime = device.runtime();
        int dimension = work.vectors.dimension();
        long rows = work.resident == null ? stage(slot) : locate(slot, work.resident);
        if (slot.count == 0) {
            return false;
        }
        if (work.resident == null) {
            runtime.copy(rows, slot.hostRows.memory().address(), slot.count * lane.plan().rowBytes(), CudaRuntime.Direction.UP,
                    slot.stream);
        }
        device.blas().setStream(lane.handle(), slot.stream);
        device.blas().multiply(lane.handle(), precision, new Cublas.Product(rows, slot.count, lane.queries().address(),
                queries.count(), dimension, slot.products.address()));
        runtime.copy(slot.hostProducts.memory().address(), slot.products.address(), 4L * slot.count * queries.count(),
                CudaRuntime.Direction.DOWN, slot.stream);
        runtime.recordEvent(slot.done, slot.stream);
        return true;
    }

    /// Writes the next accepted rows to the slot's pinned memory; gives the device address they will be copied to.
    private long stage(Lane.Slot slot) {
        int dimension = work.vectors.dimension();
        slot.count = next < 0 ? 0 : work.accept.next(next, slot.ordinals);
        slot.norms = RowNorms.NONE;
        for (int from = 0; from < slot.count; from += staging.capacity()) {
            int n = Math.min(staging.capacity(), slot.count - from);
            staging.load(work.vectors, slot.ordinals, from, n);
            Operands.write(precision, staging.values(), n * dimension, slot.hostRows.memory(), from * lane.plan().rowBytes());
            System.arraycopy(staging.biases(), 0, slot.biases, from, n);
            slot.norms = slot.norms.and(staging.norms());
        }
        next = slot.count < slot.ordinals.length ? -1 : slot.ordinals[slot.count - 1] + 1;
        return slot.rows.address();
    }

    private long locate(Lane.Slot slot, ResidentVectors resident) {
        int from = next;
        slot.count = Math.min(lane.plan().rows(), work.vectors.count() - from);
        for (int i = 0; i < slot.count; i++) {
            slot.ordinals[i] = from + i;
        }
        System.arraycopy(resident.biases(), from, slot.biases, 0, slot.count);
        slot.norms = resident.norms();
        next = from + slot.count;
        return slot.count == 0 ? 0 : resident.address(from, lane.plan().rowBytes());
    }

    /// Waits for a slot's products and offers the candidates among them.
    private void collect(Lane.Slot slot, QueryBlock queries) {
        device.runtime().awaitEvent(slot.done);
        for (int q = 0; q < queries.count(); q++) {
            double error = queries.error(q, precision.error(), slot.norms);
            int chunk = firstBlock ? FIRST_CHUNK : slot.count;
            for (int from = 0; from < slot.count; from += chunk, chunk *= 2) {
                offer(slot, queries, q, error, new Range(from, Math.min(slot.count, from + chunk)));
                if (chunk > slot.count) {
                    break;
                }
            }
        }
        firstBlock = false;
    }

    private record Range(int from, int to) {}

    private void offer(Lane.Slot slot, QueryBlock queries, int q, double error, Range range) {
        MarginSelector selector = selectors[q];
        long offset = 4L * q * slot.count;
        var products = new Candidates.Products(slot.hostProducts.memory(), offset, range.to);
        float cut = queries.cut(q, selector.limit(), error);
        int found = Candidates.wanted(products, range.from, slot.biases, cut, hits);
        for (int h = 0; h < found; h++) {
            int row = hits[h];
            int ordinal = slot.ordinals[row];
            if (work.resident == null || work.accept.accepts(ordinal)) {
                float closeness = products.get(row) - slot.biases[row];
                selector.offer(ordinal, queries.distance(q, closeness), error);
            }
        }
    }
}
