package dev.kith.internal.engine;

import dev.kith.ClosedException;
import dev.kith.DatabaseFailedException;
import dev.kith.InvalidRecordException;
import dev.kith.KithException;
import dev.kith.Limits;
import dev.kith.Record;
import dev.kith.StorageFullException;
import dev.kith.Write;
import dev.kith.internal.engine.CollectionStore.WriteLimits;
import dev.kith.internal.format.Operation;
import dev.kith.internal.format.OperationCodec;
import dev.kith.internal.format.RecordCodec;
import dev.kith.internal.index.DocumentMapper;
import dev.kith.internal.model.Lifetimes;
import dev.kith.internal.model.RecordCheck;
import dev.kith.internal.search.Expired;
import dev.kith.internal.view.View;
import dev.kith.storage.NoSpaceException;
import dev.kith.storage.WriteAheadLog;
import dev.kith.storage.crypt.RecordSealer;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import org.apache.lucene.document.Document;
import org.jspecify.annotations.Nullable;

/// The life of a write. On the caller's thread: check the records, build their Lucene documents, append the batch to the log.
/// On the applying thread, in the order of the log: wait until the log has it on disk, hand the documents to Lucene, add them
/// to the recent writes, let searches see them, acknowledge. So no search ever sees a write that a crash can take away, and
/// what is refused is refused before anything is logged. A failure after logging ends all writing until the database is
/// opened again.
final class WritePath {
    private final Setup setup;
    private final Parts parts;
    private final RecordCodec records;
    private final OperationCodec operations;
    private final DocumentMapper mapper;
    private final Object submitting = new Object();
    private final BlockingQueue<Pending> queue = new LinkedBlockingQueue<>();
    /// The newest batch on its way for each id.
    private final Map<String, Pending.Batch> inFlight = new ConcurrentHashMap<>();
    private final Thread applier;
    private boolean stopped;
    private long loggedBytes;

    /// What a write passes through.
    record Parts(Segments segments, WriteAheadLog log, Recent recent, WriteLimits limits, Shared shared, Ends ends) {}

    WritePath(Setup setup, Parts parts, RecordCodec records) {
        this.setup = setup;
        this.parts = parts;
        this.records = records;
        this.operations = new OperationCodec(records);
        this.mapper = new DocumentMapper(setup.schema());
        this.applier = OwnThreads.start("kith-apply-" + setup.name(), this::applyAll);
    }

    boolean failed() {
        return parts.shared().failure != null;
    }

    /// What a batch is made of.
    private record Prepared(List<Operation> operations, List<@Nullable Document> documents) {
        Prepared(int count) {
            this(new ArrayList<>(count), new ArrayList<>(count));
        }
    }

    private void prepare(Prepared into, Record record) {
        Record fitted = RecordCheck.fit(setup.schema().schema(), record);
        byte[] source = records.source(fitted);
        into.operations().add(new Operation.Upsert(fitted, source));
        into.documents().add(mapper.document(fitted, source, 0));
    }

    private static void prepare(Prepared into, String id) {
        RecordCheck.checkId(id);
        into.operations().add(new Operation.Delete(id));
        into.documents().add(null);
    }

    /// Writes records and then deletes ids, as one; returns the sequence number once all is durable and visible.
    long write(List<Record> batch, List<String> deletes) {
        checkCount(batch.size() + deletes.size());
        Prepared prepared = new Prepared(batch.size() + deletes.size());
        batch.forEach(record -> prepare(prepared, record));
        deletes.forEach(id -> prepare(prepared, id));
        return finish(prepared);
    }

    private long finish(Prepared prepared) {
        if (prepared.operations().isEmpty()) {
            ensureWritable();
            return parts.log().lastSequence();
        }
        Pending.Batch pending = submit(prepared.operations(), prepared.documents());
        OwnThreads.await(pending.done());
        return pending.sequence();
    }

    /// Deletes by id; returns how many there were.
    int delete(List<String> ids) {
        checkCount(ids.size());
        Prepared prepared = new Prepared(ids.size());
        ids.forEach(id -> prepare(prepared, id));
        if (ids.isEmpty()) {
            ensureWritable();
            return 0;
        }
        return OwnThreads.await(submit(prepared.operations(), prepared.documents()).done());
    }

    /// Applies changes, some on conditions. Those wait for the batches on their way that concern the same ids; others pass them
    /// by and share their forces. The conditions are judged, and the effects logged, in one step that no other write comes between.
    long write(List<Write> batch, Conditions.Current current) {
        checkCount(batch.size());
        Conditions.checkIds(batch);
        List<String> ids = Conditions.ids(batch);
        if (ids.isEmpty()) {
            return finish(prepared(batch.stream().map(Conditions::unconditional).toList()));
        }
        ids.forEach(RecordCheck::checkId);
        while (true) {
            Pending.Batch earlier;
            Pending.Batch pending = null;
            synchronized (submitting) {
                earlier = onItsWay(ids);
                if (earlier == null) {
                    Prepared prepared = prepared(resolve(batch, current));
                    pending = submit(prepared.operations(), prepared.documents());
                }
            }
            if (pending != null) {
                OwnThreads.await(pending.done());
                return pending.sequence();
            }
            if (earlier != null) {
                OwnThreads.await(earlier.done().handle((_, _) -> 0)); // whether it succeeded is its writer's affair
            }
        }
    }

    private Pending.@Nullable Batch onItsWay(List<String> ids) {
        for (String id : ids) {
            Pending.Batch batch = inFlight.get(id);
            if (batch != null && !batch.done().isDone()) {
                return batch;
            }
        }
        return null;
    }

    private static List<Conditions.Effect> resolve(List<Write> batch, Conditions.Current current) {
        try {
            return Conditions.resolve(batch, current);
        } catch (IOException e) {
            throw Failures.translate(e);
        }
    }

    private Prepared prepared(List<Conditions.Effect> effects) {
        Prepared prepared = new Prepared(effects.size());
        for (Conditions.Effect effect : effects) {
            if (effect.record() == null) {
                prepare(prepared, effect.id());
            } else {
                prepare(prepared, effect.record());
            }
        }
        return prepared;
    }

    /// Takes away the records that have ended by now, which needs no log: they would end again after a crash. Returns once no
    /// view sees them. A collection that failed keeps them until it is opened again.
    void removeExpired(boolean wait) {
        CompletableFuture<Integer> done;
        synchronized (submitting) {
            if (stopped || failed()) {
                return;
            }
            done = new CompletableFuture<>();
            queue.add(new Pending.Task(this::expire, done));
        }
        if (wait) {
            OwnThreads.await(done);
        }
    }

    /// Has everything committed without waiting for it. A failure ends writing, as that of any commit.
    void commitSoon() {
        synchronized (submitting) {
            if (!stopped && !failed()) {
                queue.add(new Pending.Task(this::commit, new CompletableFuture<>()));
            }
        }
    }

    private void expire() throws IOException {
        if (!parts.ends().due()) {
            return; // another call did it
        }
        long now = Lifetimes.nowNanos(setup.clock());
        Shared shared = parts.shared();
        shared.lock.lock();
        try {
            View view = parts.recent().views().acquire();
            if (view == null) {
                return;
            }
            try {
                for (String id : Expired.ids(view, records, now)) {
                    awaitRoom();
                    if (parts.recent().apply(new Operation.Delete(id), 0, 0)) {
                        parts.segments().delete(id);
                    }
                }
            } finally {
                view.release();
            }
            parts.recent().publish(parts.recent().sequence());
            parts.ends().drop(now);
            shared.lastWriteNanos = System.nanoTime();
        } finally {
            shared.lock.unlock();
        }
    }

    /// Finds the ids of all records that match at the moment it is called.
    interface Resolver {
        List<String> ids() throws IOException;
    }

    /// Deletes what a filter matches. No other write comes between finding the ids and logging their deletion; the log gets
    /// the ids, not the filter.
    int delete(Resolver resolver) {
        Pending.Batch pending;
        synchronized (submitting) {
            OwnThreads.await(enqueue(new Pending.Task(() -> {}, new CompletableFuture<>())));
            List<String> ids;
            try {
                ids = resolver.ids();
            } catch (IOException e) {
                throw Failures.translate(e);
            }
            if (ids.isEmpty()) {
                return 0;
            }
            List<Operation> ops = new ArrayList<>(ids.size());
            ids.forEach(id -> ops.add(new Operation.Delete(id)));
            pending = submit(ops, noDocuments(ops.size()));
        }
        return OwnThreads.await(pending.done());
    }

    private static List<@Nullable Document> noDocuments(int count) {
        return new ArrayList<>(Collections.nCopies(count, null));
    }

    private static void checkCount(int count) {
        if (count > Limits.MAX_BATCH_RECORDS) {
            throw new InvalidRecordException("batch", "at most " + Limits.MAX_BATCH_RECORDS + " records", count + " records");
        }
    }

    private Pending.Batch submit(List<Operation> ops, List<@Nullable Document> documents) {
        byte[] payload = operations.encode(ops);
        if (payload.length > Limits.MAX_BATCH_BYTES) {
            throw new InvalidRecordException("batch", "at most " + Limits.MAX_BATCH_BYTES + " bytes in all",
                    payload.length + " bytes");
        }
        byte[] stored = sealed(payload);
        synchronized (submitting) {
            ensureWritable();
            try {
                long sequence = parts.log().append(ByteBuffer.wrap(stored));
                Pending.Batch batch = new Pending.Batch(sequence, ops, documents, payload.length, new CompletableFuture<>());
                ops.forEach(op -> inFlight.put(op.id(), batch));
                queue.add(batch);
                return batch;
            } catch (IOException e) {
                throw Failures.translate(e);
            }
        }
    }

    private byte[] sealed(byte[] payload) {
        RecordSealer sealer = setup.sealer();
        return sealer == null ? payload : sealer.seal(payload);
    }

    /// Runs an action between two batches and waits for it.
    void between(Pending.Action action) {
        CompletableFuture<Integer> done;
        synchronized (submitting) {
            done = enqueue(new Pending.Task(action, new CompletableFuture<>()));
        }
        OwnThreads.await(done);
    }

    private CompletableFuture<Integer> enqueue(Pending pending) {
        ensureWritable();
        queue.add(pending);
        return pending.done();
    }

    void ensureWritable() {
        Throwable reason = parts.shared().failure;
        if (reason != null) {
            throw failedBy(reason);
        }
        synchronized (submitting) {
            if (stopped) {
                throw new ClosedException("collection " + setup.name());
            }
        }
    }

    private KithException failedBy(Throwable reason) {
        if (Failures.isNoSpace(reason)) {
            return new StorageFullException("collection " + setup.name() + " takes no writes while the disk is full: "
                    + reason.getMessage(), reason);
        }
        return new DatabaseFailedException("collection " + setup.name() + " takes no writes until the database is opened again: "
                + reason.getMessage(), reason);
    }

    /// Finishes what is queued and ends the thread.
    void stop() {
        synchronized (submitting) {
            stopped = true;
            queue.add(new Pending.Stop(new CompletableFuture<>()));
        }
        OwnThreads.join(applier);
    }

    private void applyAll() {
        while (true) {
            Pending next = take();
            try {
                switch (next) {
                    case Pending.Stop stop -> {
                        stop.done().complete(0);
                        return;
                    }
                    case Pending.Task task -> run(task);
                    case Pending.Batch batch -> apply(batch);
                }
            } catch (Throwable e) { // whatever it was, what is logged and what is applied now differ
                next.done().completeExceptionally(failedBy(parts.shared().fail(e)));
            }
            if (next instanceof Pending.Batch batch) {
                batch.operations().forEach(op -> inFlight.remove(op.id(), batch));
            }
        }
    }

    private Pending take() {
        while (true) {
            try {
                return queue.take();
            } catch (InterruptedException e) {
                // nobody has this thread to interrupt it
            }
        }
    }

    private void run(Pending.Task task) throws Exception {
        Throwable reason = parts.shared().failure;
        if (reason != null) {
            throw failedBy(reason);
        }
        task.action().run();
        task.done().complete(0);
    }

    private void apply(Pending.Batch batch) throws IOException {
        Throwable reason = parts.shared().failure;
        if (reason != null) {
            throw failedBy(reason);
        }
        try {
            parts.log().awaitDurable(batch.sequence());
        } catch (NoSpaceException e) {
            batch.done().completeExceptionally(e); // the record is gone from the log and nothing was applied: no harm done
            return;
        }
        Shared shared = parts.shared();
        int existed = 0;
        shared.lock.lock();
        try {
            awaitRoom();
            for (int i = 0; i < batch.operations().size(); i++) {
                existed += apply(batch, i) ? 1 : 0;
            }
            parts.recent().publish(batch.sequence());
            shared.lastWriteNanos = System.nanoTime();
            if (parts.recent().current().size() >= parts.limits().records()
                    || parts.recent().current().bytes() >= parts.limits().bytes()) {
                shared.due.signal();
            }
        } finally {
            shared.lock.unlock();
        }
        batch.done().complete(existed);
        loggedBytes += batch.bytes();
        if (loggedBytes >= parts.limits().logBytes()) {
            commit();
        }
    }

    /// Writers wait here while recent writes take their memory and a refresh is on its way to free it.
    private void awaitRoom() {
        Shared shared = parts.shared();
        while (parts.recent().refreshing() && !shared.refreshEnded
                && parts.recent().current().bytes() >= parts.limits().bytes()) {
            shared.refreshed.awaitUninterruptibly();
        }
    }

    private boolean apply(Pending.Batch batch, int index) throws IOException {
        Operation operation = batch.operations().get(index);
        boolean existed = parts.recent().apply(operation, batch.bytes() / batch.operations().size(), batch.sequence());
        if (operation instanceof Operation.Upsert(Record record, byte[] _)) {
            parts.ends().add(record);
        }
        Document document = batch.documents().get(index);
        if (document == null) {
            if (existed) {
                parts.segments().delete(operation.id());
            }
            return existed;
        }
        mapper.stamp(document, batch.sequence());
        if (existed) {
            parts.segments().replace(operation.id(), document);
        } else {
            parts.segments().add(document);
        }
        return existed;
    }

    /// Makes a commit that stands alone: the one before it and the log up to it are gone.
    void commitAlone() throws IOException {
        long sequence = parts.recent().sequence();
        loggedBytes = 0;
        parts.log().awaitForced(sequence);
        parts.segments().commitAlone(sequence);
        parts.log().rollOver();
        parts.log().discardUpTo(sequence);
    }

    /// Makes all that was applied durable in the segments, merges included, and drops the log that is no longer needed. Called
    /// by the applying thread, or after it has ended.
    void commit() throws IOException {
        long sequence = parts.recent().sequence();
        loggedBytes = 0;
        if (sequence == parts.segments().committed() && !parts.segments().changedSinceCommit()) {
            return;
        }
        parts.log().awaitForced(sequence);
        long older = parts.segments().commit(sequence);
        parts.log().rollOver();
        parts.log().discardUpTo(older);
    }
}
