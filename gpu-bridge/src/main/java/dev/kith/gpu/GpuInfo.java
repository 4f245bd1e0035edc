package dev.kith.gpu;

/// What is known of an open device.
///
/// @param number its number, from 0
/// @param name the maker's name for it
/// @param computeCapability 10 x major + minor, such as 86
/// @param multiprocessors number of streaming multiprocessors
/// @param clockKhz peak clock in kHz, 0 where the library does not tell
/// @param memoryBytes its memory in all
/// @param memoryBytesPerSecond peak bandwidth of its memory, 0 where the library does not tell
/// @param driverVersion version of CUDA the driver supports, as 1000 x major + 10 x minor
/// @param runtimeVersion version of the runtime library, written likewise
/// @param libraries where the libraries were found
public record GpuInfo(int number, String name, int computeCapability, int multiprocessors, int clockKhz, long memoryBytes,
        double memoryBytesPerSecond, int driverVersion, int runtimeVersion, String libraries) {
    /// Peak float32 operations a second, by the multiprocessors' count of float32 units; 0 where the clock is unknown.
    public double peakFlops() {
        // 64 units where the architecture pairs them with as many integer units (6.0, 7.x, 8.0), else 128.
        boolean half = computeCapability == 60 || computeCapability / 10 == 7 || computeCapability == 80;
        return multiprocessors * (half ? 64.0 : 128.0) * 2 * clockKhz * 1e3;
    }
}
