package dev.kith.documents;

import org.jspecify.annotations.Nullable;

/// The embedding function failed as often as it was allowed to, gave something else than was asked for, or was interrupted.
/// What it had embedded before is kept: the next [Documents#sync] goes on from there.
public final class EmbeddingFailedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /// @param message what happened
    /// @param cause the last failure
    public EmbeddingFailedException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
