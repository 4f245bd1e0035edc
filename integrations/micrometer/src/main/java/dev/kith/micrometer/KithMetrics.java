package dev.kith.micrometer;

import dev.kith.Collection;
import dev.kith.CollectionStats;
import dev.kith.KithException;
import dev.kith.Observer;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/// Meters of a database. Give it to the database when it is opened:
///
/// {@snippet :
/// KithMetrics metrics = new KithMetrics(registry);
/// Database database = Kith.open(folder, Options.defaults().withObservation(Observation.of(metrics)));
/// }
///
/// Every meter has the tag `collection`.
///
/// | meter | kind | what |
/// |---|---|---|
/// | `kith.search` | timer | searches answered |
/// | `kith.search.slow` | counter | of these, those that took as long as `Observation.slowSearch` |
/// | `kith.search.hits` | counter | records found |
/// | `kith.write` | timer | writes acknowledged |
/// | `kith.write.upserts` | counter | records written |
/// | `kith.write.deletes` | counter | records deleted |
/// | `kith.flush` | timer | moves of the log into segments |
/// | `kith.merge` | timer | merges of segments, with the tag `outcome`: `done` or `failed` |
/// | `kith.recovery.operations` | counter | writes applied again when the collection was opened |
/// | `kith.records` | gauge | live records |
/// | `kith.records.deleted` | gauge | records deleted or replaced whose space is not yet reclaimed |
/// | `kith.records.recent` | gauge | records in memory until the next refresh |
/// | `kith.segments` | gauge | immutable segments |
/// | `kith.index.size` | gauge, bytes | segment files |
/// | `kith.log.size` | gauge, bytes | log files |
/// | `kith.failed` | gauge | 1 if the collection takes no writes until it is opened again, else 0 |
/// | `kith.accelerator.calls` | gauge | batches that a device answered since the collection was opened |
/// | `kith.accelerator.fallbacks` | gauge | batches that a device failed and the CPU answered |
///
/// Gauges look at [Collection#stats()] at most once a second; they are NaN once the collection is closed.
public final class KithMetrics implements Observer {
    private static final long STALE_NANOS = TimeUnit.SECONDS.toNanos(1);
    private final MeterRegistry registry;
    private final Map<String, Meters> meters = new ConcurrentHashMap<>();

    /// @param registry holds the meters
    public KithMetrics(MeterRegistry registry) {
        this.registry = registry;
    }

    private static final class Meters {
        private final Timer search;
        private final Counter slow;
        private final Counter hits;
        private final Timer write;
        private final Counter upserts;
        private final Counter deletes;
        private final Timer flush;
        private final Timer merged;
        private final Timer mergeFailed;
        private volatile @Nullable Collection collection;
        private volatile long recovered;
        private @Nullable CollectionStats stats;
        private long readNanos;

        Meters(MeterRegistry registry, String collection) {
            Tags tags = Tags.of("collection", collection);
            this.search = timer(registry, "kith.search", "Searches answered", tags);
            this.slow = counter(registry, "kith.search.slow", "Searches over the threshold of the slow log", tags);
            this.hits = counter(registry, "kith.search.hits", "Records found", tags);
            this.write = timer(registry, "kith.write", "Writes acknowledged", tags);
            this.upserts = counter(registry, "kith.write.upserts", "Records written", tags);
            this.deletes = counter(registry, "kith.write.deletes", "Records deleted", tags);
            this.flush = timer(registry, "kith.flush", "Moves of the log into segments", tags);
            this.merged = timer(registry, "kith.merge", "Merges of segments", tags.and("outcome", "done"));
            this.mergeFailed = timer(registry, "kith.merge", "Merges of segments", tags.and("outcome", "failed"));
            FunctionCounter.builder("kith.recovery.operations", this, m -> m.recovered)
                    .description("Writes applied again at opening")
                    .tags(tags).register(registry);
            gauge(registry, "kith.records", "Live records", tags, null, CollectionStats::records);
            gauge(registry, "kith.records.deleted", "Dead records not yet reclaimed", tags, null,
                    CollectionStats::deletedRecords);
            gauge(registry, "kith.records.recent", "Records in memory until the next refresh", tags, null,
                    CollectionStats::recentRecords);
            gauge(registry, "kith.segments", "Immutable segments", tags, null, CollectionStats::segments);
            gauge(registry, "kith.index.size", "Segment files", tags, "bytes", CollectionStats::indexBytes);
            gauge(registry, "kith.log.size", "Log files", tags, "bytes", CollectionStats::logBytes);
            gauge(registry, "kith.failed", "Whether no writes are taken", tags, null,
                    s -> s.state() == CollectionStats.State.FAILED ? 1 : 0);
            gauge(registry, "kith.accelerator.calls", "Batches a device answered", tags, null,
                    s -> s.accelerator().deviceCalls());
            gauge(registry, "kith.accelerator.fallbacks", "Batches a device failed", tags, null,
                    s -> s.accelerator().fallbacks());
        }

        private static Timer timer(MeterRegistry registry, String name, String description, Tags tags) {
            return Timer.builder(name).description(description).tags(tags).register(registry);
        }

        private static Counter counter(MeterRegistry registry, String name, String description, Tags tags) {
            return Counter.builder(name).description(description).tags(tags).register(registry);
        }

        private void gauge(MeterRegistry registry, String name, String description, Tags tags, @Nullable String unit,
                ToDoubleFunction<CollectionStats> value) {
            Gauge.builder(name, this, m -> m.read(value)).description(description).tags(tags).baseUnit(unit).strongReference(true)
                    .register(registry);
        }

        private synchronized double read(ToDoubleFunction<CollectionStats> value) {
            Collection source = collection;
            if (source == null) {
                return Double.NaN;
            }
            long now = System.nanoTime();
            CollectionStats known = stats;
            try {
                if (known == null || now - readNanos >= STALE_NANOS) {
                    known = source.stats();
                    stats = known;
                    readNanos = now;
                }
                return value.applyAsDouble(known);
            } catch (KithException e) {
                collection = null; // closed or dropped: there is nothing to measure
                stats = null;
                return Double.NaN;
            }
        }
    }

    private Meters of(String collection) {
        Meters known = meters.get(collection);
        return known == null ? meters.computeIfAbsent(collection, name -> new Meters(registry, name)) : known;
    }

    @Override
    public void opened(Opened event) {
        Meters of = of(event.collection().name());
        of.collection = event.collection();
        of.recovered += event.recovery().operations();
    }

    @Override
    public void searched(Searched event) {
        Meters of = of(event.collection());
        of.search.record(event.stats().elapsedNanos(), TimeUnit.NANOSECONDS);
        of.hits.increment(event.hits());
        if (event.slow()) {
            of.slow.increment();
        }
    }

    @Override
    public void written(Written event) {
        Meters of = of(event.collection());
        of.write.record(event.elapsedNanos(), TimeUnit.NANOSECONDS);
        of.upserts.increment(event.upserts());
        of.deletes.increment(event.deletes());
    }

    @Override
    public void flushed(Flushed event) {
        of(event.collection()).flush.record(event.elapsedNanos(), TimeUnit.NANOSECONDS);
    }

    @Override
    public void merged(Merged event) {
        Meters of = of(event.collection());
        (event.failed() ? of.mergeFailed : of.merged).record(event.elapsedNanos(), TimeUnit.NANOSECONDS);
    }
}
