package dev.kith.storage;

import java.util.UUID;

/// How a [WriteAheadLog] behaves.
///
/// @param storeId        the store this log belongs to; its files are worthless to any other
/// @param durability     what an acknowledgement means
/// @param fileBytes      a log file that has reached this length gets a successor, 4 KiB to 1 TiB
/// @param maxRecordBytes longest payload of one record, 1 to 1 GiB
/// @param bufferBytes    payload bytes that may wait for the disk before appending blocks, at least 4 KiB
public record LogOptions(UUID storeId, Durability durability, long fileBytes, int maxRecordBytes, int bufferBytes) {
    public LogOptions {
        check("fileBytes", fileBytes, 1 << 12, 1L << 40);
        check("maxRecordBytes", maxRecordBytes, 1, 1 << 30);
        check("bufferBytes", bufferBytes, 1 << 12, 1 << 30);
    }

    /// Forced before acknowledged, files of 64 MiB, records up to 256 MiB, 16 MiB of buffer.
    public static LogOptions of(UUID storeId) {
        return new LogOptions(storeId, Durability.SYNC, 64L << 20, 256 << 20, 16 << 20);
    }

    /// The same with another durability.
    public LogOptions with(Durability other) {
        return new LogOptions(storeId, other, fileBytes, maxRecordBytes, bufferBytes);
    }

    /// The same with another file length.
    public LogOptions withFileBytes(long other) {
        return new LogOptions(storeId, durability, other, maxRecordBytes, bufferBytes);
    }

    /// The same with another bound on records.
    public LogOptions withMaxRecordBytes(int other) {
        return new LogOptions(storeId, durability, fileBytes, other, bufferBytes);
    }

    private static void check(String name, long value, long min, long max) {
        if (value < min || value > max) {
            throw new IllegalArgumentException(name + " must be in " + min + ".." + max + ", was " + value);
        }
    }
}
