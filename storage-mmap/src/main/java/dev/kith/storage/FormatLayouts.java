package dev.kith.storage;

import java.lang.foreign.StructLayout;

/// The layouts of every header this module writes, for tools that show files. The tables in the documentation of the
/// record classes and in `docs/format` say the same.
public final class FormatLayouts {
    /// First bytes of a container.
    public static final StructLayout CONTAINER_HEADER = ContainerHeader.LAYOUT;
    /// Last bytes of a container.
    public static final StructLayout CONTAINER_FOOTER = ContainerFooter.LAYOUT;
    /// One entry of a container's section table.
    public static final StructLayout CONTAINER_SECTION = ContainerSection.LAYOUT;
    /// Bytes of a container summed together.
    public static final int CONTAINER_BLOCK_BYTES = ContainerHeader.BLOCK_BYTES;
    /// First bytes of a log file.
    public static final StructLayout LOG_FILE_HEADER = LogFileHeader.LAYOUT;
    /// What stands before the payload of a log record.
    public static final StructLayout LOG_RECORD_HEADER = LogRecordHeader.LAYOUT;
    /// One entry of the file beside the log files that says how far they were on stable storage.
    public static final StructLayout LOG_WITNESS_ENTRY = LogWitnessEntry.LAYOUT;

    private FormatLayouts() {}
}
