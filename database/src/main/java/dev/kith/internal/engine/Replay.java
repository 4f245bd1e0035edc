package dev.kith.internal.engine;

import dev.kith.Record;
import dev.kith.internal.format.MalformedBytesException;
import dev.kith.internal.format.Operation;
import dev.kith.internal.format.OperationCodec;
import dev.kith.internal.format.RecordCodec;
import dev.kith.internal.index.DocumentMapper;
import dev.kith.internal.view.Generation;
import dev.kith.internal.view.IdLookup;
import dev.kith.storage.CorruptFileException;
import dev.kith.storage.crypt.RecordSealer;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/// Brings what the log holds above the newest commit into the segments, on several threads.
///
/// Batches are collected into *waves*. Those of a wave are decoded, then applied; both steps are shared out and one ends
/// before the next begins. Operations are shared out by the hash of their id, so that all on one id, of all waves, are one thread's,
/// in the order of the log; between different ids the order has no meaning, as nobody sees the segments before all is
/// applied. Of several operations on one id in a wave only the last is applied: it is what the others would end in.
///
/// Called by one thread.
final class Replay implements AutoCloseable {
    /// What is decoded at once: enough that starting and ending a wave does not count.
    private static final int WAVE_BYTES = 8 << 20;
    /// Below this the calling thread does it alone, sooner than others would start.
    private static final int SHARED_BYTES = 64 << 10;
    private static final int MOST_THREADS = 8;

    private final Setup setup;
    private final Segments segments;
    private final OperationCodec operations;
    private final DocumentMapper mapper;
    private final List<Logged> wave = new ArrayList<>();
    private final List<Part> parts = new ArrayList<>();
    private int waveBytes;
    private @Nullable ExecutorService threads;
    private @Nullable Generation committed;

    Replay(Setup setup, Segments segments) {
        this.setup = setup;
        this.segments = segments;
        this.operations = new OperationCodec(new RecordCodec(setup.schema()));
        this.mapper = new DocumentMapper(setup.schema());
    }

    /// One record of the log, and what it holds once it is decoded.
    private static final class Logged {
        private final long sequence;
        private final ByteBuffer payload;
        private List<Operation> batch = List.of();
        private @Nullable IOException damage;

        Logged(long sequence, ByteBuffer payload) {
            this.sequence = sequence;
            this.payload = payload;
        }
    }

    /// Takes the next record of the log.
    void take(long sequence, ByteBuffer payload) throws IOException {
        wave.add(new Logged(sequence, payload));
        waveBytes += payload.remaining();
        if (waveBytes >= WAVE_BYTES) {
            applyWave();
        }
    }

    /// Applies what was taken and not yet applied.
    void finish() throws IOException {
        applyWave();
        if (threads != null) { // all wrote into buffers of their own; a reader would flush those one after another
            eachPart(_ -> segments.flushOneBuffer());
        }
    }

    private void applyWave() throws IOException {
        if (wave.isEmpty()) {
            return;
        }
        if (committed == null) {
            begin();
        }
        boolean shared = waveBytes >= SHARED_BYTES && parts.size() > 1;
        if (shared && threads == null) {
            threads = Executors.newFixedThreadPool(parts.size(), work -> {
                Thread thread = new Thread(work, "kith-replay-" + setup.name());
                thread.setDaemon(true);
                return thread;
            });
        }
        AtomicInteger next = new AtomicInteger();
        for (Work work : List.<Work>of(_ -> decode(next), part -> part.apply(wave))) {
            if (shared) {
                eachPart(work);
            } else {
                for (Part part : parts) {
                    work.on(part);
                }
            }
            for (Logged logged : wave) {
                if (logged.damage != null) {
                    throw logged.damage; // that of the oldest record, whichever was met first
                }
            }
        }
        wave.clear();
        waveBytes = 0;
    }

    private void begin() throws IOException {
        Generation found = Generation.of(segments.reader(), new Generation.Cores(setup.schema()));
        committed = found;
        for (int i = Math.clamp(Runtime.getRuntime().availableProcessors(), 1, MOST_THREADS); i > 0; i--) {
            parts.add(new Part(parts.size(), new IdLookup(found)));
        }
    }

    private interface Work {
        void on(Part part) throws IOException;
    }

    private void eachPart(Work work) {
        ExecutorService pool = threads;
        if (pool == null) {
            throw new IllegalStateException("no threads yet");
        }
        List<Future<?>> all = new ArrayList<>();
        for (Part part : parts) {
            all.add(pool.submit(() -> {
                work.on(part);
                return null;
            }));
        }
        Throwable first = null;
        for (Future<?> one : all) { // all have ended before anybody closes what they use
            try {
                OwnThreads.await(one);
            } catch (RuntimeException | Error e) {
                if (first == null) {
                    first = e;
                } else {
                    first.addSuppressed(e);
                }
            }
        }
        if (first != null) {
            throw Failures.translate(first);
        }
    }

    private void decode(AtomicInteger next) {
        for (int i = next.getAndIncrement(); i < wave.size(); i = next.getAndIncrement()) {
            Logged logged = wave.get(i);
            try {
                logged.batch = operations.decode(opened(logged));
            } catch (MalformedBytesException e) {
                logged.damage = new CorruptFileException(setup.log().toString(), -1, "record " + logged.sequence + ", byte "
                        + e.offset(), e.expected(), e.found());
            } catch (CorruptFileException e) {
                logged.damage = e;
            }
        }
    }

    private ByteBuffer opened(Logged logged) throws CorruptFileException {
        RecordSealer sealer = setup.sealer();
        if (sealer == null) {
            return logged.payload;
        }
        try {
            return ByteBuffer.wrap(sealer.open(logged.payload));
        } catch (GeneralSecurityException e) {
            throw new CorruptFileException(setup.log().toString(), -1, "record " + logged.sequence,
                    "one sealed with this database's key", "a tag that does not fit", e);
        }
    }

    /// The ids of one hash.
    private final class Part {
        private final int number;
        private final IdLookup lookup;
        /// The ids the log has spoken of: they may be in the writer's buffers, where the lookup does not see them.
        private final Set<String> met = new HashSet<>();
        private final Map<String, Operation> last = new HashMap<>();

        Part(int number, IdLookup lookup) {
            this.number = number;
            this.lookup = lookup;
        }

        private boolean owns(String id) {
            int hash = id.hashCode();
            return Math.floorMod(hash ^ hash >>> 16, parts.size()) == number;
        }

        void apply(List<Logged> batches) throws IOException {
            last.clear();
            for (Logged logged : batches) {
                for (Operation operation : logged.batch) {
                    if (owns(operation.id())) {
                        last.put(operation.id(), operation);
                    }
                }
            }
            for (Logged logged : batches) {
                for (Operation operation : logged.batch) {
                    if (last.get(operation.id()) == operation) {
                        apply(operation, logged.sequence);
                    }
                }
            }
        }

        private void apply(Operation operation, long sequence) throws IOException {
            String id = operation.id();
            boolean mayExist = !met.add(id) || lookup.find(id) != null;
            switch (operation) {
                case Operation.Upsert(Record record, byte[] source) when mayExist ->
                    segments.replace(id, mapper.document(record, source, sequence));
                case Operation.Upsert(Record record, byte[] source) ->
                    segments.add(mapper.document(record, source, sequence));
                case Operation.Delete _ -> {
                    if (mayExist) {
                        segments.delete(id);
                    }
                }
            }
        }
    }

    /// Ends the threads, also after a failure; nothing of theirs is under way then.
    @Override
    public void close() {
        if (threads != null) {
            threads.shutdown();
        }
        if (committed != null) {
            committed.release();
        }
    }
}
