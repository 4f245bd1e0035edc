package dev.kith.storage.inspect;

import dev.kith.storage.FormatLayouts;
import java.io.IOException;
import java.lang.foreign.StructLayout;

/// The dump of one container.
final class ContainerDump {
    private static final StructLayout HEADER = FormatLayouts.CONTAINER_HEADER;
    private static final StructLayout FOOTER = FormatLayouts.CONTAINER_FOOTER;
    private static final StructLayout SECTION = FormatLayouts.CONTAINER_SECTION;
    private static final byte[] NO_SALT = {};

    private final HexDump dump;
    private final String name;

    ContainerDump(HexDump dump, String name) {
        this.dump = dump;
        this.name = name;
    }

    void write() throws IOException {
        dump.say(name + ": container of " + dump.fileBytes() + " bytes");
        if (dump.fileBytes() < HEADER.byteSize() + FOOTER.byteSize()) {
            dump.say("WRONG length: a container has at least " + (HEADER.byteSize() + FOOTER.byteSize()) + " bytes");
            dump.bytes(0, (int) dump.fileBytes(), "all there is");
            return;
        }
        dump.blankLine();
        dump.say("header");
        dump.struct(HEADER, 0);
        sum(HEADER, "headerCrc", 0);
        long footerAt = dump.fileBytes() - FOOTER.byteSize();
        byte[] footer = dump.read(footerAt, (int) FOOTER.byteSize());
        long tableOffset = HexDump.longAt(footer, HexDump.offsetOf(FOOTER, "tableOffset"));
        long sections = Integer.toUnsignedLong(HexDump.intAt(footer, HexDump.offsetOf(FOOTER, "sectionCount")));
        long blocks = Integer.toUnsignedLong(HexDump.intAt(footer, HexDump.offsetOf(FOOTER, "blockCount")));
        long blocksNeeded = Math.ceilDiv(tableOffset, (long) FormatLayouts.CONTAINER_BLOCK_BYTES);
        boolean plausible = tableOffset >= HEADER.byteSize() && tableOffset <= footerAt && blocks == blocksNeeded
                && sections * SECTION.byteSize() + blocks * Integer.BYTES <= footerAt - tableOffset;
        if (plausible) {
            sections(tableOffset, sections);
            table(tableOffset, sections, blocks);
        }
        dump.blankLine();
        dump.say("footer");
        dump.struct(FOOTER, footerAt);
        sum(FOOTER, "footerCrc", footerAt);
        if (plausible) {
            dump.compare("tableCrc", HexDump.intAt(footer, HexDump.offsetOf(FOOTER, "tableCrc")),
                    dump.crc(NO_SALT, tableOffset, footerAt - tableOffset));
        } else {
            dump.say("WRONG footer: its table cannot lie in this file, so no section is shown");
        }
    }

    private void sections(long tableOffset, long count) throws IOException {
        for (long i = 0; i < count; i++) {
            byte[] entry = dump.read(tableOffset + i * SECTION.byteSize(), (int) SECTION.byteSize());
            long id = HexDump.longAt(entry, HexDump.offsetOf(SECTION, "sectionId"));
            long offset = HexDump.longAt(entry, HexDump.offsetOf(SECTION, "sectionOffset"));
            long length = HexDump.longAt(entry, HexDump.offsetOf(SECTION, "sectionBytes"));
            dump.blankLine();
            dump.say("section " + id + ": " + length + " bytes");
            if (offset < 0 || length < 0 || offset > tableOffset || length > tableOffset - offset) {
                dump.say("WRONG entry: the section cannot lie in this file");
            } else {
                dump.content(offset, length, "section " + id);
            }
        }
    }

    private void table(long tableOffset, long sections, long blocks) throws IOException {
        dump.blankLine();
        dump.say("section table");
        for (long i = 0; i < sections; i++) {
            dump.struct(SECTION, tableOffset + i * SECTION.byteSize());
        }
        long crcsAt = tableOffset + sections * SECTION.byteSize();
        for (long block = 0; block < blocks; block++) {
            long at = block * FormatLayouts.CONTAINER_BLOCK_BYTES;
            int stored = HexDump.intAt(dump.read(crcsAt + block * Integer.BYTES, Integer.BYTES), 0);
            int summed = dump.crc(NO_SALT, at, Math.min(FormatLayouts.CONTAINER_BLOCK_BYTES, tableOffset - at));
            dump.bytes(crcsAt + block * Integer.BYTES, Integer.BYTES, "CRC32C of block " + block + " " + HexDump.hex(stored));
            dump.compare("checksum of block " + block, stored, summed);
        }
        long paddingAt = crcsAt + blocks * Integer.BYTES;
        long footerAt = dump.fileBytes() - FOOTER.byteSize();
        dump.content(paddingAt, footerAt - paddingAt, "padding");
    }

    private void sum(StructLayout layout, String field, long at) throws IOException {
        long crcAt = HexDump.offsetOf(layout, field);
        dump.compare(field, HexDump.intAt(dump.read(at, (int) layout.byteSize()), crcAt), dump.crc(NO_SALT, at, crcAt));
    }
}
