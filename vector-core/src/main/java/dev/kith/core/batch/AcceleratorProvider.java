package dev.kith.core.batch;

/// Opens accelerators; found by `java.util.ServiceLoader`, so that adding a jar is enough.
public interface AcceleratorProvider {
    /// What looking for a device came to.
    sealed interface Found {
        /// A device that works. Whoever receives it closes it.
        record Usable(BatchAccelerator accelerator) implements Found {}

        /// No device.
        ///
        /// @param reason what is missing and where it was looked for, for a user to act on
        record Unavailable(String reason) implements Found {}
    }

    /// Short name of the kind of device, such as `cuda`.
    String name();

    /// Looks for the device. Does not throw for a machine that has none.
    Found open(AcceleratorOptions options);
}
