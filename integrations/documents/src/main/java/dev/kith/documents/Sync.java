package dev.kith.documents;

import dev.kith.Collection;
import dev.kith.Filter;
import dev.kith.Limits;
import dev.kith.Projection;
import dev.kith.Record;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;

/// One run of the ledger. The ledger is in the records themselves: each has its source and the hashes of what it says, so it
/// cannot disagree with what is there. What is embedded waits in the collection `name.staged` until all of it is.
final class Sync {
    private static final String SUFFIX = ".staged";
    private static final Projection LEDGER = new Projection(List.of(Documents.TEXT_HASH, Documents.METADATA_HASH), false, false);
    private static final long WRITE_BYTES = Limits.MAX_BATCH_BYTES * 3 / 4; // estimates are not exact

    private final Documents documents;
    private final String source;
    private final Batches embedding;
    private final Collection collection;
    private final Collection staged;
    private final Map<String, Hashes> known;
    private final Map<String, Hashes> waiting;
    private final Set<String> seen = new HashSet<>();
    private final Set<String> wanted = new HashSet<>();
    private final List<Chunk> pending = new ArrayList<>();
    private long added;
    private long updated;
    private long unchanged;
    private long embedded;
    private long resumed;

    Sync(Documents documents, String source, Batches embedding) {
        this.documents = documents;
        this.source = source;
        this.embedding = embedding;
        int dimension = embedding.function().dimension();
        this.collection = documents.collection(dimension);
        String name = documents.name() + SUFFIX;
        this.staged = documents.database().collections().contains(name)
                ? documents.database().collection(name)
                : documents.database().createCollection(name, Documents.schema(dimension, documents.options()));
        this.known = ledger(collection);
        this.waiting = ledger(staged);
    }

    private Map<String, Hashes> ledger(Collection records) {
        Map<String, Hashes> hashes = new HashMap<>();
        try (Stream<Record> all = records.scan(Filter.eq(Documents.SOURCE, source), LEDGER)) {
            all.forEach(r -> hashes.put(r.id(), new Hashes(hash(r, Documents.TEXT_HASH), hash(r, Documents.METADATA_HASH))));
        }
        return hashes;
    }

    private static String hash(Record record, String field) {
        return (String) Objects.requireNonNull(record.field(field));
    }

    SyncReport run(Iterator<Chunk> chunks) {
        while (chunks.hasNext()) {
            take(chunks.next());
        }
        embed();
        dropStale();
        List<String> vanished = known.keySet().stream().filter(id -> !seen.contains(id)).toList();
        int writes = publish(vanished);
        staged.delete(Filter.eq(Documents.SOURCE, source));
        return new SyncReport(added, updated, unchanged, vanished.size(), embedded, resumed, writes);
    }

    private void take(Chunk chunk) {
        String text = chunk.text();
        if (text == null) {
            throw new IllegalArgumentException("chunk '" + chunk.id() + "' has no text to embed");
        }
        if (!seen.add(chunk.id())) {
            throw new IllegalArgumentException("chunk id '" + chunk.id() + "' occurs twice in source '" + source + "'");
        }
        Hashes hashes = Hashes.of(text, chunk.metadata());
        Hashes before = known.get(chunk.id());
        if (hashes.equals(before)) {
            unchanged++;
            return;
        }
        if (before == null) {
            added++;
        } else {
            updated++;
        }
        wanted.add(chunk.id());
        Hashes ready = waiting.get(chunk.id());
        if (hashes.equals(ready)) {
            resumed++;
        } else if (ready != null && ready.text().equals(hashes.text())) {
            resumed++;
            restage(chunk, hashes, staged);
        } else if (before != null && before.text().equals(hashes.text())) {
            restage(chunk, hashes, collection);
        } else {
            pending.add(chunk);
            if (pending.size() == embedding.options().batch()) {
                embed();
            }
        }
    }

    /// Only the metadata changed: the vector is there.
    private void restage(Chunk chunk, Hashes hashes, Collection from) {
        Record record = Objects.requireNonNull(from.get(chunk.id()));
        float[] vector = Objects.requireNonNull(record.vector(Documents.EMBEDDING));
        staged.upsert(documents.record(new EmbeddedChunk(chunk, vector), source, hashes).build());
        waiting.put(chunk.id(), hashes);
    }

    private void embed() {
        if (!pending.isEmpty()) {
            refuseForeignIds();
            List<float[]> vectors = embedding.embed(pending.stream().map(c -> Objects.requireNonNull(c.text())).toList());
            List<Record> records = new ArrayList<>(pending.size());
            for (int i = 0; i < pending.size(); i++) {
                Chunk chunk = pending.get(i);
                Hashes hashes = Hashes.of(Objects.requireNonNull(chunk.text()), chunk.metadata());
                records.add(documents.record(new EmbeddedChunk(chunk, vectors.get(i)), source, hashes).build());
                waiting.put(chunk.id(), hashes);
            }
            staged.upsert(records);
            embedded += pending.size();
            pending.clear();
        }
        embedding.options().progress().accept(new SyncProgress(seen.size(), unchanged, embedded));
    }

    private void refuseForeignIds() {
        List<String> fresh = pending.stream().map(Chunk::id).filter(id -> !known.containsKey(id)).toList();
        for (Record record : collection.get(fresh)) {
            Object owner = record.field(Documents.SOURCE);
            throw new IllegalArgumentException("chunk id '" + record.id() + "' of source '" + source + "' is taken by "
                    + (owner == null ? "a chunk of no source" : "source '" + owner + "'"));
        }
    }

    /// Forgets what an earlier run staged and this one does not want.
    private void dropStale() {
        List<String> stale = waiting.keySet().stream().filter(id -> !wanted.contains(id)).toList();
        for (int from = 0; from < stale.size(); from += Limits.MAX_BATCH_RECORDS) {
            staged.delete(stale.subList(from, Math.min(stale.size(), from + Limits.MAX_BATCH_RECORDS)));
        }
    }

    /// Makes what is staged visible and what vanished invisible; the deletions go with the last records.
    private int publish(List<String> vanished) {
        List<String> deletions = new ArrayList<>(vanished);
        List<Record> records = new ArrayList<>();
        long bytes = 0;
        int writes = 0;
        try (Stream<Record> all = staged.scan(Filter.eq(Documents.SOURCE, source), Projection.EVERYTHING)) {
            for (Record record : (Iterable<Record>) all::iterator) {
                long size = bytes(record);
                if (records.size() == Limits.MAX_BATCH_RECORDS || bytes + size > WRITE_BYTES) {
                    collection.upsert(records);
                    writes++;
                    records.clear();
                    bytes = 0;
                }
                records.add(record);
                bytes += size;
            }
        }
        while (!records.isEmpty() || !deletions.isEmpty()) {
            int now = Math.min(deletions.size(), Limits.MAX_BATCH_RECORDS - records.size());
            collection.write(records, deletions.subList(0, now));
            writes++;
            records.clear();
            deletions.subList(0, now).clear();
        }
        return writes;
    }

    private static long bytes(Record record) {
        String payload = record.payload();
        long bytes = 256 + 4L * record.id().length() + (payload == null ? 0 : 4L * payload.length());
        bytes += record.vectors().values().stream().mapToLong(v -> 4L * v.dimension()).sum();
        for (Object value : record.fields().values()) {
            bytes += 16 + (value instanceof String text
                    ? 4L * text.length()
                    : value instanceof List<?> list ? list.stream().mapToLong(v -> 8 + 4L * v.toString().length()).sum() : 8);
        }
        return bytes;
    }
}
