package dev.kith.core.batch;

import dev.kith.core.AcceptOrdinals;
import dev.kith.core.BatchScorer;
import dev.kith.core.DenseVectors;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.List;
import java.util.ServiceLoader;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/// The batch scorer that chooses: for each call the CPU or an accelerator, whichever a cost model expects to be sooner.
/// Index builds, exact batch search and recall checks take a [BatchScorer] and need not know which one they have.
///
/// In [AcceleratorMode#AUTO] a call the accelerator cannot answer is answered by the CPU, with the same result; a device that
/// failed is not tried again, which is said once on the log and counted in [#statistics()]. Thread-safe.
public final class BatchScorers implements BatchScorer, AutoCloseable {
    private static final Logger LOG = System.getLogger("dev.kith");
    private static final CpuBatchScorer CPU = new CpuBatchScorer();

    private final AcceleratorMode mode;
    private final @Nullable BatchAccelerator accelerator;
    private final String explanation;
    private final AtomicLong cpuCalls = new AtomicLong();
    private final AtomicLong acceleratorCalls = new AtomicLong();
    private final AtomicLong fallbacks = new AtomicLong();
    private final AtomicBoolean warned;
    private final boolean owner;
    private volatile @Nullable String lastFailure;

    private BatchScorers(AcceleratorMode mode, @Nullable BatchAccelerator accelerator, String explanation) {
        this.mode = mode;
        this.accelerator = accelerator;
        this.explanation = explanation;
        this.warned = new AtomicBoolean();
        this.owner = true;
    }

    private BatchScorers(AcceleratorMode mode, BatchScorers whole) {
        this.mode = mode;
        this.accelerator = whole.accelerator;
        this.explanation = whole.explanation;
        this.warned = whole.warned;
        this.owner = false;
    }

    /// Another user of the same device, with a mode and counts of its own. Closing it does nothing; closing this one closes the device
    /// for both.
    public BatchScorers share(AcceleratorMode other) {
        return new BatchScorers(other, this);
    }

    /// The CPU alone: exact, always there, nothing to close. One call uses the calling thread only.
    public static BatchScorer cpu() {
        return CPU;
    }

    /// Looks for an accelerator among the providers on the class path.
    ///
    /// @throws AcceleratorException in [AcceleratorMode#REQUIRED] where none is usable
    public static BatchScorers open(AcceleratorOptions options) {
        if (options.mode() == AcceleratorMode.OFF) {
            return open(options, List.of());
        }
        List<AcceleratorProvider> providers = new ArrayList<>();
        ServiceLoader.load(AcceleratorProvider.class, BatchScorers.class.getClassLoader()).forEach(providers::add);
        return open(options, providers);
    }

    /// Uses the first of the given providers that has a usable device.
    ///
    /// @throws AcceleratorException in [AcceleratorMode#REQUIRED] where none is usable
    public static BatchScorers open(AcceleratorOptions options, List<AcceleratorProvider> providers) {
        if (options.mode() == AcceleratorMode.OFF) {
            return new BatchScorers(AcceleratorMode.OFF, null, "accelerators are off");
        }
        List<String> reasons = new ArrayList<>();
        for (AcceleratorProvider provider : providers) {
            switch (provider.open(options)) {
                case AcceleratorProvider.Found.Usable(var found) -> {
                    return new BatchScorers(options.mode(), found, found.name() + " is used where it pays");
                }
                case AcceleratorProvider.Found.Unavailable(var reason) -> reasons.add(provider.name() + ": " + reason);
            }
        }
        String why = reasons.isEmpty() ? "no accelerator module on the class path" : String.join("; ", reasons);
        if (options.mode() == AcceleratorMode.REQUIRED) {
            throw new AcceleratorException("an accelerator is required, but " + why);
        }
        if (!reasons.isEmpty()) {
            LOG.log(Level.INFO, "Batch work runs on the CPU: " + why);
        }
        return new BatchScorers(options.mode(), null, why);
    }

    /// Whether `scorer` would take work of this shape off the CPU: what a build asks before it prefers a batch scorer to a
    /// CPU kernel made for the purpose.
    public static boolean offloads(@Nullable BatchScorer scorer, BatchShape shape) {
        return offloadedSeconds(scorer, shape) < CpuBatchScorer.estimatedSeconds(shape);
    }

    /// Seconds a call of this shape should take off the CPU, or positive infinity where `scorer` has nowhere else to go; what a
    /// build asks whose own way of doing the work is not a scan. A required accelerator, and a scorer of an unknown kind, takes
    /// no time: who gives one wants it used.
    public static double offloadedSeconds(@Nullable BatchScorer scorer, BatchShape shape) {
        return switch (scorer) {
            case null -> Double.POSITIVE_INFINITY;
            case CpuBatchScorer _ -> Double.POSITIVE_INFINITY;
            case BatchScorers chooser ->
                chooser.mode == AcceleratorMode.REQUIRED ? 0 : offloadedSeconds(chooser.accelerator, shape);
            case BatchAccelerator device -> device.usable() ? device.estimatedSeconds(shape) : Double.POSITIVE_INFINITY;
            default -> 0;
        };
    }

    /// The scorer a call of this shape would use now, for vectors that no device holds.
    public BatchScorer best(BatchShape shape) {
        BatchAccelerator device = accelerator;
        return device == null ? CPU : best(device, device.estimatedSeconds(shape), shape);
    }

    /// The scorer a call over these vectors would use now; ones that a device holds cost no transfer.
    public BatchScorer best(DenseVectors vectors, BatchShape shape) {
        BatchAccelerator device = accelerator;
        return device == null ? CPU : best(device, device.estimatedSeconds(vectors, shape), shape);
    }

    private BatchScorer best(BatchAccelerator device, double seconds, BatchShape shape) {
        return switch (mode) {
            case OFF -> CPU;
            case AUTO -> device.usable() && seconds < CpuBatchScorer.estimatedSeconds(shape) ? device : CPU;
            case REQUIRED -> device;
        };
    }

    @Override
    public long[][] nearest(DenseVectors vectors, float[] queries, int queryCount, int k, AcceptOrdinals accept) {
        BatchShape shape = BatchShape.of(vectors, queries, queryCount, k, accept.cardinality());
        if (best(vectors, shape) instanceof BatchAccelerator device) {
            try {
                long[][] answer = device.nearest(vectors, queries, queryCount, k, accept);
                acceleratorCalls.incrementAndGet();
                return answer;
            } catch (AcceleratorException e) {
                fellBack(device, e);
            }
        } else {
            cpuCalls.incrementAndGet();
        }
        return CPU.nearest(vectors, queries, queryCount, k, accept);
    }

    private void fellBack(BatchAccelerator device, AcceleratorException failure) {
        if (mode == AcceleratorMode.REQUIRED) {
            throw failure;
        }
        fallbacks.incrementAndGet();
        lastFailure = failure.getMessage();
        if (device.usable()) {
            LOG.log(Level.DEBUG, "{0} could not take a batch, the CPU did: {1}", device.name(), failure.getMessage());
        } else if (warned.compareAndSet(false, true)) {
            LOG.log(Level.WARNING, device.name() + " failed and is not used any more; batch work goes on on the CPU: "
                    + failure.getMessage());
        }
    }

    @Override
    public String name() {
        return accelerator == null ? CPU.name() : CPU.name() + "+" + accelerator.name();
    }

    /// Whether there is a device that works.
    public boolean accelerated() {
        return accelerator != null && accelerator.usable();
    }

    /// Why there is, or is not, an accelerator: one line for a user.
    public String explanation() {
        return explanation;
    }

    /// What was done so far.
    public BatchStatistics statistics() {
        return new BatchStatistics(cpuCalls.get(), acceleratorCalls.get(), fallbacks.get(), lastFailure);
    }

    /// Closes the accelerator, if there is one and this is not a [#share(AcceleratorMode)] of it; the CPU goes on answering in [AcceleratorMode#AUTO].
    @Override
    public void close() {
        if (owner && accelerator != null) {
            accelerator.close();
        }
    }
}
