package dev.kith.storage.inspect;

import dev.kith.storage.FormatLayouts;
import java.io.IOException;
import java.lang.foreign.StructLayout;

/// The dump of the witness beside a log. Its checksums cover the store's id, which it does not carry, so they are shown
/// and not compared.
final class WitnessDump {
    private static final StructLayout ENTRY = FormatLayouts.LOG_WITNESS_ENTRY;

    private final HexDump dump;
    private final String name;

    WitnessDump(HexDump dump, String name) {
        this.dump = dump;
        this.name = name;
    }

    void write() throws IOException {
        dump.say(name + ": witness of a log, " + dump.fileBytes() + " bytes");
        long at = 0;
        for (; at <= dump.fileBytes() - ENTRY.byteSize(); at += ENTRY.byteSize()) {
            dump.blankLine();
            byte[] entry = dump.read(at, (int) ENTRY.byteSize());
            dump.say("durable up to " + HexDump.longAt(entry, HexDump.offsetOf(ENTRY, "durableSequence")));
            dump.struct(ENTRY, at);
        }
        if (at < dump.fileBytes()) {
            dump.blankLine();
            dump.say(dump.fileBytes() - at + " bytes that are no entry follow");
            dump.content(at, dump.fileBytes() - at, "rest");
        }
    }
}
