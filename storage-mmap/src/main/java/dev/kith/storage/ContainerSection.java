package dev.kith.storage;

import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;

/// One entry of the section table.
///
/// | offset | bytes | field | content |
/// |---:|---:|---|---|
/// | 0 | 8 | sectionId | chosen by the content's format, unique in the container |
/// | 8 | 8 | sectionOffset | where the section begins, a multiple of 64 |
/// | 16 | 8 | sectionBytes | length of the section without padding |
record ContainerSection(long sectionId, long sectionOffset, long sectionBytes) {
    static final StructLayout LAYOUT = MemoryLayout.structLayout(Fields.LONG.withName("sectionId"),
            Fields.LONG.withName("sectionOffset"), Fields.LONG.withName("sectionBytes"));

    static final int BYTES = (int) LAYOUT.byteSize();

    private static final long ID_AT = Fields.offset(LAYOUT, "sectionId");
    private static final long OFFSET_AT = Fields.offset(LAYOUT, "sectionOffset");
    private static final long BYTES_AT = Fields.offset(LAYOUT, "sectionBytes");

    void encode(MemorySegment table, long at) {
        table.set(Fields.LONG, at + ID_AT, sectionId);
        table.set(Fields.LONG, at + OFFSET_AT, sectionOffset);
        table.set(Fields.LONG, at + BYTES_AT, sectionBytes);
    }

    static ContainerSection decode(MemorySegment table, long at) {
        return new ContainerSection(table.get(Fields.LONG, at + ID_AT), table.get(Fields.LONG, at + OFFSET_AT),
                table.get(Fields.LONG, at + BYTES_AT));
    }
}
