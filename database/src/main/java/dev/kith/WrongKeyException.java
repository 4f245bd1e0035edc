package dev.kith;

import org.jspecify.annotations.Nullable;

/// A database cannot be opened with the key that was given: it is encrypted and none was given, or another; or it is not
/// encrypted and one was given.
public final class WrongKeyException extends KithException {
    /// @param message names the folder and what is expected
    /// @param cause what the key provider threw, or null
    public WrongKeyException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
