package dev.kith.bench.harness;

import java.io.IOException;

/// An engine's process failed or died; the message holds what it said.
public final class WorkerFailedException extends IOException {
    private static final long serialVersionUID = 1L;

    /// @param message engine, request and cause
    public WorkerFailedException(String message) {
        super(message);
    }
}
