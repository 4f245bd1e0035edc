package dev.kith;

import java.time.Duration;
import java.util.Objects;

/// Who is told what a database does, and which searches are worth a line on the log.
///
/// Events of the JDK Flight Recorder, in the category "Kith"; they cost next to nothing while nobody records:
///
/// | event | when | fields besides duration and thread |
/// |---|---|---|
/// | `dev.kith.Open` | a collection was opened | `collection`, `operations`, `logFiles`, `tornBytes` |
/// | `dev.kith.Search` | a search was answered | `collection`, `clauses`, `k`, `filtered`, `hits`, `segments`, `recentRecords` |
/// | `dev.kith.Write` | a write was acknowledged | `collection`, `upserts`, `deletes` |
/// | `dev.kith.Flush` | the log was moved into segments | `collection`, `sequence` |
/// | `dev.kith.Merge` | segments were merged | `collection`, `segments`, `records`, `failed` |
///
/// A slow search is a line of level WARNING on the logger `dev.kith.slow`, with the query but without its vectors.
///
/// @param observer is told of everything
/// @param slowSearch searches that take at least so long are logged; zero logs none
public record Observation(Observer observer, Duration slowSearch) {
    /// Nobody is told, nothing is logged.
    public static final Observation NONE = new Observation(Observer.NONE, Duration.ZERO);

    /// Checks.
    public Observation {
        Objects.requireNonNull(observer, "observer");
        if (slowSearch.isNegative()) {
            throw new IllegalArgumentException("slowSearch must not be negative, was " + slowSearch);
        }
    }

    /// Tells an observer.
    public static Observation of(Observer observer) {
        return new Observation(observer, Duration.ZERO);
    }

    /// Logs searches that take at least so long.
    public Observation withSlowSearch(Duration value) {
        return new Observation(observer, value);
    }
}
