package dev.kith.torture.crash;

import dev.kith.torture.kit.Children;
import dev.kith.torture.kit.Victims;
import dev.kith.torture.kit.Workload;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/// A running child process with several databases, and what it tells about each on its pipe.
final class Crew {
    private final Process child;
    private final Told[] told;
    private final CountDownLatch lines;
    private final Thread reader;
    private long startedNanos;
    private long openMicros = -1;

    /// One database of a child.
    ///
    /// @param first the step it takes first
    record Place(Path folder, Workload workload, long first) {}

    /// What was told of one database up to some moment.
    ///
    /// @param last the last step that was acknowledged; one before the first step if none was
    /// @param started whether opening had begun
    /// @param opened whether opening had ended
    /// @param failure what was thrown in the child
    record Told(long last, boolean started, boolean opened, Optional<String> failure) {}

    private Crew(Process child, List<Place> places, int lines) {
        this.child = child;
        this.told = places.stream().map(p -> new Told(p.first - 1, false, false, Optional.empty())).toArray(Told[]::new);
        this.lines = new CountDownLatch(lines);
        this.reader = Thread.ofPlatform().start(this::read);
    }

    /// Starts a child.
    ///
    /// @param powerCuts whether the databases must survive power cuts
    /// @param lines after how many lines [#awaitLines] ends. Lines, not time, so that a slow machine waits for the same place
    static Crew start(Children children, List<Place> places, boolean powerCuts, int lines) throws IOException {
        return new Crew(children.start(Victims.class, arguments(places, powerCuts, Long.MAX_VALUE))
                .redirectError(ProcessBuilder.Redirect.DISCARD).start(), places, lines);
    }

    /// The arguments of a child that ends by itself before the step `end`.
    static String[] arguments(List<Place> places, boolean powerCuts, long end) {
        List<String> arguments = new ArrayList<>(List.of(Boolean.toString(powerCuts), Long.toString(end)));
        for (Place place : places) {
            arguments.addAll(List.of(place.folder.toString(), place.workload.argument(), Long.toString(place.first)));
        }
        return arguments.toArray(String[]::new);
    }

    private void read() {
        try (BufferedReader output = child.inputReader()) {
            for (String line = output.readLine(); line != null; line = output.readLine()) {
                take(line);
                lines.countDown();
            }
        } catch (IOException e) {
            // the child is gone
        } finally {
            while (lines.getCount() > 0) {
                lines.countDown();
            }
        }
    }

    private synchronized void take(String line) {
        int space = line.indexOf(' ');
        int number = Integer.parseInt(line.substring(0, space));
        String what = line.substring(space + 1);
        Told before = told[number];
        if (what.equals("started")) {
            startedNanos = startedNanos == 0 ? System.nanoTime() : startedNanos;
            told[number] = new Told(before.last, true, false, before.failure);
        } else if (what.equals("opened")) {
            openMicros = (System.nanoTime() - startedNanos) / 1000;
            told[number] = new Told(before.last, true, true, before.failure);
        } else if (what.startsWith("failed")) {
            told[number] = new Told(before.last, before.started, before.opened, Optional.of(what));
        } else {
            told[number] = new Told(Long.parseLong(what), true, true, before.failure);
        }
    }

    /// What was told up to now, in the order of the places.
    synchronized List<Told> told() {
        return List.of(told.clone());
    }

    /// From the beginning of the first opening to the end of the last that ended, in microseconds; -1 if none did.
    synchronized long openMicros() {
        return openMicros;
    }

    /// Waits for the lines asked for, or the end of the child.
    ///
    /// @return false if they did not come in time
    boolean awaitLines(long seconds) throws InterruptedException {
        return lines.await(seconds, TimeUnit.SECONDS);
    }

    /// Kills the child and reads what is left in its pipe.
    ///
    /// @return whether it was the kill that ended it
    boolean kill() throws InterruptedException {
        // The handle, because Process.destroyForcibly closes the pipe with acknowledgements still in it.
        child.toHandle().destroyForcibly();
        boolean ended = child.waitFor(60, TimeUnit.SECONDS);
        reader.join();
        return ended && child.exitValue() == 137;
    }
}
