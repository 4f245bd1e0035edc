package dev.kith.internal.format;

import dev.kith.Record;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/// The payload of one log record: the operations of one atomic batch, as `docs/format/log-operations.md` tells.
public final class OperationCodec {
    /// The version this writes; it reads all up to it.
    public static final int VERSION = 1;
    private static final int UPSERT = 1;
    private static final int DELETE = 2;

    private final RecordCodec records;

    /// @param records writes and reads the records
    public OperationCodec(RecordCodec records) {
        this.records = records;
    }

    /// The bytes of a batch.
    public byte[] encode(List<Operation> batch) {
        Encoder out = new Encoder(1024);
        out.u8(VERSION).count(batch.size());
        for (Operation operation : batch) {
            switch (operation) {
                case Operation.Upsert(Record record, byte[] source) -> {
                    out.u8(UPSERT);
                    records.writeRecord(out, record, source);
                }
                case Operation.Delete(String id) -> out.u8(DELETE).string(id);
            }
        }
        return out.toBytes();
    }

    /// The batch in those bytes.
    public List<Operation> decode(ByteBuffer bytes) throws MalformedBytesException {
        Decoder in = new Decoder(bytes);
        int version = in.u8();
        if (version != VERSION) {
            throw in.malformed("operation version " + VERSION, version);
        }
        int count = in.count(2);
        List<Operation> batch = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            int kind = in.u8();
            switch (kind) {
                case UPSERT -> {
                    Record record = records.readRecord(in);
                    batch.add(new Operation.Upsert(record, records.source(record)));
                }
                case DELETE -> batch.add(new Operation.Delete(in.string()));
                default -> throw in.malformed("operation 1 or 2", kind);
            }
        }
        in.end();
        return batch;
    }
}
