package dev.kith.gpu;

import static dev.kith.gpu.NativeCalls.INT;
import static dev.kith.gpu.NativeCalls.LONG;
import static dev.kith.gpu.NativeCalls.POINTER;
import static dev.kith.gpu.NativeCalls.function;
import static dev.kith.gpu.NativeCalls.status;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/// The part of the CUDA runtime this module uses: the one class that knows its C signatures. Every status but success
/// becomes a [CudaException]. Device memory, streams and events are addresses, owned by the classes that hold them.
///
/// Thread-safe, as the C library is; the current device belongs to the calling thread ([#setDevice]).
final class CudaRuntime {
    /// `cudaErrorInsufficientDriver`: also what a machine without any driver answers.
    static final int INSUFFICIENT_DRIVER = 35;
    /// `cudaErrorNoDevice`.
    static final int NO_DEVICE = 100;

    /// Attributes of a device, by their number in `cudaDeviceAttr`.
    enum Attribute {
        /// Peak clock in kHz.
        CLOCK_KHZ(13),
        /// Number of multiprocessors.
        MULTIPROCESSORS(16),
        /// Peak memory clock in kHz.
        MEMORY_CLOCK_KHZ(36),
        /// Width of the memory bus in bits.
        MEMORY_BUS_BITS(37),
        /// Major compute capability.
        COMPUTE_MAJOR(75),
        /// Minor compute capability.
        COMPUTE_MINOR(76);

        private final int number;

        Attribute(int number) {
            this.number = number;
        }
    }

    /// Directions of a copy, as `cudaMemcpyKind` numbers them.
    enum Direction {
        /// From the host to the device.
        UP(1),
        /// From the device to the host.
        DOWN(2);

        private final int kind;

        Direction(int kind) {
            this.kind = kind;
        }
    }

    private static final int STREAM_NON_BLOCKING = 1;
    /// A buffer that holds `cudaDeviceProp` of any version: its first member is the name, `char[256]`.
    private static final int PROPERTIES_BYTES = 16 << 10;
    private static final int NAME_BYTES = 256;

    private final MethodHandle driverVersion;
    private final MethodHandle runtimeVersion;
    private final MethodHandle deviceCount;
    private final MethodHandle setDevice;
    private final MethodHandle deviceAttribute;
    private final MethodHandle deviceProperties;
    private final MethodHandle memoryInfo;
    private final MethodHandle allocate;
    private final MethodHandle free;
    private final MethodHandle allocatePinned;
    private final MethodHandle freePinned;
    private final MethodHandle copy;
    private final MethodHandle createStream;
    private final MethodHandle destroyStream;
    private final MethodHandle awaitStream;
    private final MethodHandle streamWaits;
    private final MethodHandle createEvent;
    private final MethodHandle destroyEvent;
    private final MethodHandle recordEvent;
    private final MethodHandle awaitEvent;
    private final MethodHandle elapsed;
    private final MethodHandle errorName;
    private final MethodHandle errorText;

    /// Binds all functions.
    ///
    /// @throws NativeCalls.MissingSymbolException if one is missing
    CudaRuntime(SymbolLookup library) {
        driverVersion = function(library, "cudaDriverGetVersion", POINTER);
        runtimeVersion = function(library, "cudaRuntimeGetVersion", POINTER);
        deviceCount = function(library, "cudaGetDeviceCount", POINTER);
        setDevice = function(library, "cudaSetDevice", INT);
        deviceAttribute = function(library, "cudaDeviceGetAttribute", POINTER, INT, INT);
        // CUDA 12's header renames this function; CUDA 13 took the old name back.
        String properties = library.find("cudaGetDeviceProperties_v2").isPresent()
                ? "cudaGetDeviceProperties_v2"
                : "cudaGetDeviceProperties";
        deviceProperties = function(library, properties, POINTER, INT);
        memoryInfo = function(library, "cudaMemGetInfo", POINTER, POINTER);
        allocate = function(library, "cudaMalloc", POINTER, LONG);
        free = function(library, "cudaFree", LONG);
        allocatePinned = function(library, "cudaHostAlloc", POINTER, LONG, INT);
        freePinned = function(library, "cudaFreeHost", LONG);
        copy = function(library, "cudaMemcpyAsync", LONG, LONG, LONG, INT, LONG);
        createStream = function(library, "cudaStreamCreateWithFlags", POINTER, INT);
        destroyStream = function(library, "cudaStreamDestroy", LONG);
        awaitStream = function(library, "cudaStreamSynchronize", LONG);
        streamWaits = function(library, "cudaStreamWaitEvent", LONG, LONG, INT);
        createEvent = function(library, "cudaEventCreateWithFlags", POINTER, INT);
        destroyEvent = function(library, "cudaEventDestroy", LONG);
        recordEvent = function(library, "cudaEventRecord", LONG, LONG);
        awaitEvent = function(library, "cudaEventSynchronize", LONG);
        elapsed = function(library, "cudaEventElapsedTime", POINTER, LONG, LONG);
        errorName = NativeCalls.text(library, "cudaGetErrorName");
        errorText = NativeCalls.text(library, "cudaGetErrorString");
    }

    private void check(String function, int status) {
        if (status != 0) {
            throw new CudaException(function, status,
                    NativeCalls.describe(errorName, status) + ", " + NativeCalls.describe(errorText, status));
        }
    }

    private interface Filler {
        int fill(MemorySegment target) throws Throwable;
    }

    private int readInt(String function, Filler filler) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment target = arena.allocate(INT);
            check(function, status(() -> filler.fill(target)));
            return target.get(INT, 0);
        }
    }

    private long readAddress(String function, Filler filler) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment target = arena.allocate(LONG);
            check(function, status(() -> filler.fill(target)));
            return target.get(LONG, 0);
        }
    }

    /// Version of CUDA the driver supports, as 1000 x major + 10 x minor; 0 without a driver.
    int driverVersion() {
        return readInt("cudaDriverGetVersion", p -> (int) driverVersion.invokeExact(p));
    }

    /// Version of the runtime library.
    int runtimeVersion() {
        return readInt("cudaRuntimeGetVersion", p -> (int) runtimeVersion.invokeExact(p));
    }

    /// Number of devices, at least 1: none is an error of the library's own.
    int deviceCount() {
        return readInt("cudaGetDeviceCount", p -> (int) deviceCount.invokeExact(p));
    }

    /// Makes a device the calling thread's current one.
    void setDevice(int device) {
        check("cudaSetDevice", status(() -> (int) setDevice.invokeExact(device)));
    }

    int attribute(Attribute attribute, int device) {
        return readInt("cudaDeviceGetAttribute", p -> (int) deviceAttribute.invokeExact(p, attribute.number, device));
    }

    String deviceName(int device) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment properties = arena.allocate(PROPERTIES_BYTES, 16);
            check("cudaGetDeviceProperties", status(() -> (int) deviceProperties.invokeExact(properties, device)));
            return properties.asSlice(0, NAME_BYTES).getString(0);
        }
    }

    /// Bytes free and in all on the current device.
    long[] memory() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment available = arena.allocate(LONG);
            MemorySegment total = arena.allocate(LONG);
            check("cudaMemGetInfo", status(() -> (int) memoryInfo.invokeExact(available, total)));
            return new long[]{available.get(LONG, 0), total.get(LONG, 0)};
        }
    }

    /// Device memory; its address means nothing to the CPU.
    long allocate(long bytes) {
        return readAddress("cudaMalloc", p -> (int) allocate.invokeExact(p, bytes));
    }

    void free(long address) {
        check("cudaFree", status(() -> (int) free.invokeExact(address)));
    }

    /// Host memory the device can copy from and to while the CPU goes on; not tied to any arena.
    MemorySegment allocatePinned(long bytes) {
        long address = readAddress("cudaHostAlloc", p -> (int) allocatePinned.invokeExact(p, bytes, 0));
        return MemorySegment.ofAddress(address).reinterpret(bytes);
    }

    void freePinned(MemorySegment memory) {
        long address = memory.address();
        check("cudaFreeHost", status(() -> (int) freePinned.invokeExact(address)));
    }

    /// Queues a copy on a stream.
    void copy(long target, long source, long bytes, Direction direction, long stream) {
        check("cudaMemcpyAsync", status(() -> (int) copy.invokeExact(target, source, bytes, direction.kind, stream)));
    }

    long createStream() {
        return readAddress("cudaStreamCreateWithFlags", p -> (int) createStream.invokeExact(p, STREAM_NON_BLOCKING));
    }

    void destroyStream(long stream) {
        check("cudaStreamDestroy", status(() -> (int) destroyStream.invokeExact(stream)));
    }

    /// Waits until everything queued on a stream is done.
    void awaitStream(long stream) {
        check("cudaStreamSynchronize", status(() -> (int) awaitStream.invokeExact(stream)));
    }

    /// Lets a stream wait for an event of another.
    void streamWaits(long stream, long event) {
        check("cudaStreamWaitEvent", status(() -> (int) streamWaits.invokeExact(stream, event, 0)));
    }

    long createEvent() {
        return readAddress("cudaEventCreateWithFlags", p -> (int) createEvent.invokeExact(p, 0));
    }

    void destroyEvent(long event) {
        check("cudaEventDestroy", status(() -> (int) destroyEvent.invokeExact(event)));
    }

    void recordEvent(long event, long stream) {
        check("cudaEventRecord", status(() -> (int) recordEvent.invokeExact(event, stream)));
    }

    void awaitEvent(long event) {
        check("cudaEventSynchronize", status(() -> (int) awaitEvent.invokeExact(event)));
    }

    /// Milliseconds of device time between two events that have happened.
    float elapsedMillis(long start, long end) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment millis = arena.allocate(ValueLayout.JAVA_FLOAT);
            check("cudaEventElapsedTime", status(() -> (int) elapsed.invokeExact(millis, start, end)));
            return millis.get(ValueLayout.JAVA_FLOAT, 0);
        }
    }
}
