package dev.kith.core.batch;

/// An accelerator is missing, failed, is too busy or too small for a call. In [AcceleratorMode#AUTO] no caller sees it:
/// the CPU answers instead.
public class AcceleratorException extends RuntimeException {
    /// @param message what failed and what a user can do
    public AcceleratorException(String message) {
        super(message);
    }

    /// @param message what failed and what a user can do
    /// @param cause where it came from
    public AcceleratorException(String message, Throwable cause) {
        super(message, cause);
    }
}
