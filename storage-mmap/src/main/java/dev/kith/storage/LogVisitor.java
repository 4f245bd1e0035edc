package dev.kith.storage;

import java.io.IOException;
import java.nio.ByteBuffer;

/// Receives the records of a log while it is opened, in the order they were appended.
@FunctionalInterface
public interface LogVisitor {
    /// Takes one record.
    ///
    /// @param sequence the number [WriteAheadLog#append] gave it; always larger than the one before, not always by one
    /// @param payload  its bytes, the visitor's to keep
    void visit(long sequence, ByteBuffer payload) throws IOException;
}
