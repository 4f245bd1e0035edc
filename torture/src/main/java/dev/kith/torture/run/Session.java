package dev.kith.torture.run;

import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// One run of a torture: its bounds, its seed, its counts. Safe for many threads.
public final class Session {
    private static final long NOTE_NANOS = Duration.ofSeconds(30).toNanos();

    private final Bounds bounds;
    private final Path folder;
    private final PrintStream out;
    private final long start = System.nanoTime();
    private final Map<String, Long> counts = new TreeMap<>();
    private final Map<String, Long> peaks = new TreeMap<>();
    private final List<String> violations = new ArrayList<>();
    private long turns;
    private long noted = start;

    /// How long a run goes on: until one of the bounds is met.
    ///
    /// @param turns how many turns at most
    /// @param time how long at most; a turn begun is finished
    /// @param seed where all that is random comes from
    /// @param violations how many end the run early
    /// @param threads how much goes on at once, where a torture can do several things at once
    public record Bounds(long turns, Duration time, long seed, int violations, int threads) {
        /// Checks the ranges.
        public Bounds {
            if (turns < 1 || violations < 1 || threads < 1 || time.isNegative() || time.isZero()) {
                throw new IllegalArgumentException(
                        "a run needs at least one turn, thread and violation that ends it, and some time, was " + turns
                                + " turns, " + threads
                                + " threads, " + violations + " violations, " + time);
            }
        }
    }

    /// @param folder an existing folder of this run's own
    /// @param out where notes of progress go
    public Session(Bounds bounds, Path folder, PrintStream out) {
        this.bounds = bounds;
        this.folder = folder;
        this.out = out;
    }

    /// Where all that is random comes from.
    public long seed() {
        return bounds.seed();
    }

    /// A folder of this run's own.
    public Path folder() {
        return folder;
    }

    /// How long the run may take in all.
    public Duration time() {
        return bounds.time();
    }

    /// How much goes on at once, where a torture can do several things at once.
    public int threads() {
        return bounds.threads();
    }

    /// How many turns the run may take in all.
    public long turnLimit() {
        return bounds.turns();
    }

    /// Takes the next turn: its number from 0, or -1 if the run is over.
    public synchronized long nextTurn() {
        if (!goOn()) {
            return -1;
        }
        return turns++;
    }

    /// Takes up to so many turns at once, for turns that take less time than counting them; 0 if the run is over.
    public synchronized long takeTurns(long wanted) {
        long taken = goOn() ? Math.min(wanted, bounds.turns() - turns) : 0;
        turns += taken;
        return taken;
    }

    /// Whether there are turns and time left, and not too many violations already.
    public synchronized boolean goOn() {
        long now = System.nanoTime();
        if (now - noted > NOTE_NANOS) {
            noted = now;
            out.println("  " + Duration.ofNanos(now - start).toSeconds() + " s, turn " + turns + ", " + counts + ", violations "
                    + violations.size());
        }
        return turns < bounds.turns() && now - start < bounds.time().toNanos() && violations.size() < bounds.violations();
    }

    /// Nanoseconds since the run began.
    public long elapsedNanos() {
        return System.nanoTime() - start;
    }

    /// Counts.
    public synchronized void count(String what, long more) {
        counts.merge(what, more, Long::sum);
    }

    /// Remembers the largest.
    public synchronized void peak(String what, long value) {
        peaks.merge(what, value, Math::max);
    }

    /// How often something was counted.
    public synchronized long counted(String what) {
        return counts.getOrDefault(what, 0L);
    }

    /// Something that must never happen did.
    public synchronized void violation(String what) {
        violations.add(what);
        out.println("  VIOLATION: " + what);
    }

    /// A line about how it goes.
    public synchronized void note(String line) {
        out.println("  " + line);
    }

    /// What the run came to.
    public synchronized Result result(String name) {
        return new Result(name, bounds.seed(), Duration.ofNanos(System.nanoTime() - start), turns, new TreeMap<>(counts),
                new TreeMap<>(peaks), List.copyOf(violations));
    }

    /// Totals of a run.
    ///
    /// @param counts by what was counted
    /// @param peaks largest values seen
    /// @param violations what must never happen and did; empty means that the promise held
    public record Result(String name, long seed, Duration time, long turns, Map<String, Long> counts, Map<String, Long> peaks,
            List<String> violations) {
        /// Several lines for people.
        @Override
        public String toString() {
            StringBuilder text = new StringBuilder();
            text.append(name).append(": seed ").append(seed).append(", ").append(time.toSeconds()).append(" s, ")
                    .append(turns).append(" turns\n");
            counts.forEach((what, n) -> text.append("  %,14d  %s%n".formatted(n, what)));
            peaks.forEach((what, n) -> text.append("  %,14d  at most: %s%n".formatted(n, what)));
            text.append("  %,14d  violations%n".formatted(violations.size()));
            return text.append(violations.isEmpty() ? "HELD" : "BROKEN").toString();
        }
    }
}
