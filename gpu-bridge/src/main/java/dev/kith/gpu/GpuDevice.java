package dev.kith.gpu;

import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/// One GPU, its libraries and the budget of its memory. Holds no memory itself; thread-safe.
///
/// A machine has many ways of having no GPU, and each has its own sentence ([Search#reason]).
final class GpuDevice {
    /// Left free where no cap is given: for cuBLAS' own work space, the context and other programs.
    private static final long HEAD_ROOM_BYTES = 256L << 20;
    private static final int OLDEST_COMPUTE_CAPABILITY = 50;

    private final CudaRuntime runtime;
    private final Cublas blas;
    private final GpuInfo info;
    private final long budget;
    private final AtomicLong held = new AtomicLong();

    private GpuDevice(CudaRuntime runtime, Cublas blas, GpuInfo info, long budget) {
        this.runtime = runtime;
        this.blas = blas;
        this.info = info;
        this.budget = budget;
    }

    /// What looking came to: a device, or a reason to show.
    record Search(@Nullable GpuDevice device, String reason) {}

    /// Looks for libraries, driver and device.
    static Search open(GpuOptions options) {
        CudaLibraries.Search search = CudaLibraries.find(options.libraryFolders());
        CudaLibraries libraries = search.libraries();
        if (libraries == null) {
            return new Search(null, search.reason());
        }
        try {
            return open(options, libraries);
        } catch (CudaException e) {
            return new Search(null, e.reason());
        } catch (NativeCalls.MissingSymbolException e) {
            return new Search(null, libraries.places() + " cannot be used: " + e.getMessage());
        }
    }

    private static Search open(GpuOptions options, CudaLibraries libraries) {
        CudaRuntime runtime = new CudaRuntime(libraries.runtime());
        int number = options.accelerator().device();
        Count count = count(runtime);
        if (count.devices == 0) {
            return new Search(null, count.reason);
        }
        if (number >= count.devices) {
            return new Search(null, "device " + number + " was asked for, this machine has " + count.devices);
        }
        GpuInfo info = describe(runtime, number, libraries.places());
        if (info.computeCapability() < OLDEST_COMPUTE_CAPABILITY) {
            return new Search(null, info.name() + " has compute capability " + info.computeCapability() / 10.0
                    + ", at least 5.0 is needed");
        }
        runtime.setDevice(number);
        long[] memory = runtime.memory();
        long cap = options.accelerator().memoryBytes();
        long budget = cap > 0 ? cap : Math.max(0, memory[0] - Math.max(HEAD_ROOM_BYTES, memory[1] / 10));
        return new Search(new GpuDevice(runtime, new Cublas(libraries.blas()), info, budget), "");
    }

    /// How many devices there are, or 0 and why.
    record Count(int devices, String reason) {}

    /// Counts devices, telling apart no driver, an old driver and no device.
    static Count count(CudaRuntime runtime) {
        try {
            int devices = runtime.deviceCount();
            return new Count(devices, devices == 0 ? "the driver reports no CUDA device" : "");
        } catch (CudaException e) {
            return new Count(0, switch (e.code()) {
                case CudaRuntime.INSUFFICIENT_DRIVER -> driverReason(runtime);
                case CudaRuntime.NO_DEVICE -> "no CUDA device: the driver is there, but shows none"
                        + " (check nvidia-smi and CUDA_VISIBLE_DEVICES)";
                default -> e.reason();
            });
        }
    }

    private static String driverReason(CudaRuntime runtime) {
        int driver = runtime.driverVersion();
        if (driver == 0) {
            return "no NVIDIA driver is installed";
        }
        return "the NVIDIA driver is too old: it supports CUDA " + version(driver) + ", the runtime found is "
                + version(runtime.runtimeVersion());
    }

    /// A version as CUDA writes it in one number, for people.
    static String version(int number) {
        return number / 1000 + "." + number % 1000 / 10;
    }

    private static GpuInfo describe(CudaRuntime runtime, int number, String libraries) {
        int capability = 10 * runtime.attribute(CudaRuntime.Attribute.COMPUTE_MAJOR, number)
                + runtime.attribute(CudaRuntime.Attribute.COMPUTE_MINOR, number);
        double memoryClock = 1e3 * known(runtime, CudaRuntime.Attribute.MEMORY_CLOCK_KHZ, number);
        int bits = known(runtime, CudaRuntime.Attribute.MEMORY_BUS_BITS, number);
        runtime.setDevice(number);
        return new GpuInfo(number, runtime.deviceName(number), capability,
                runtime.attribute(CudaRuntime.Attribute.MULTIPROCESSORS, number),
                known(runtime, CudaRuntime.Attribute.CLOCK_KHZ, number), runtime.memory()[1], 2 * memoryClock * bits / 8,
                runtime.driverVersion(), runtime.runtimeVersion(), libraries);
    }

    /// An attribute that newer libraries may refuse to tell; 0 then. It serves estimates only.
    private static int known(CudaRuntime runtime, CudaRuntime.Attribute attribute, int number) {
        try {
            return runtime.attribute(attribute, number);
        } catch (CudaException e) {
            if (e.code() != 1) { // cudaErrorInvalidValue
                throw e;
            }
            return 0;
        }
    }

    GpuInfo info() {
        return info;
    }

    CudaRuntime runtime() {
        return runtime;
    }

    Cublas blas() {
        return blas;
    }

    /// Makes this the calling thread's device; before anything else a call does.
    void use() {
        runtime.setDevice(info.number());
    }

    /// Device memory within the budget.
    ///
    /// @throws GpuMemoryException if the budget has not as much left
    DeviceBuffer allocate(String what, long bytes) {
        long after = held.addAndGet(bytes);
        if (after > budget) {
            held.addAndGet(-bytes);
            throw new GpuMemoryException(what, bytes, budget - after + bytes);
        }
        try {
            return new DeviceBuffer(this, runtime.allocate(bytes), bytes);
        } catch (CudaException e) {
            held.addAndGet(-bytes);
            throw e;
        }
    }

    void release(long address, long bytes) {
        held.addAndGet(-bytes);
        runtime.free(address);
    }

    /// Bytes of the budget that are not taken.
    long leftBytes() {
        return budget - held.get();
    }

    /// Bytes that buffers hold; 0 when everything is closed.
    long heldBytes() {
        return held.get();
    }

    /// Everything this machine can tell about why there is no device, or that there is one.
    static String explain(List<java.nio.file.Path> folders) {
        var symbols = CudaLibraries.findRuntime(folders);
        return symbols == null ? "no CUDA runtime library was found" : count(new CudaRuntime(symbols)).reason;
    }
}
