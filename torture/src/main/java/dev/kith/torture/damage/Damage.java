package dev.kith.torture.damage;

import dev.kith.Database;
import dev.kith.Kith;
import dev.kith.KithException;
import dev.kith.torture.kit.Folders;
import dev.kith.torture.kit.Parallel;
import dev.kith.torture.run.Session;
import dev.kith.torture.run.Torture;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// Damages a small store in every way, one way at a time, and asks it everything: each bit of each file flipped, each file
/// cut at each length, blocks of zeros and blocks exchanged, files deleted, exchanged with those of another store, and foreign
/// files added. The store is taken both as a kill leaves it and as closing does. A turn is one case; a run without bounds
/// of number or time takes a sample of both, `--count` of at least the number printed, or `--for`, takes all of the one and
/// then all of the other.
public final class Damage implements Torture {
    private static final int BLOCK = 64;
    private static final long HANG_SECONDS = 120;
    /// Larger than any number of cases, prime to all of them: the steps of a walk that visits each case once, in no order.
    private static final long STRIDE = 1_000_000_007;

    @Override
    public String about() {
        return "every bit, every length, blocks, files of a small store: the same answers or a typed error";
    }

    @Override
    public long fewTurns() {
        return 300;
    }

    /// One way to damage the files.
    interface Change {
        void to(Map<String, byte[]> files);
    }

    /// A kind of damage of which there are `count` ways.
    private record Kind(String what, String file, long count, Ways ways) {}

    private interface Ways {
        Change way(long number);
    }

    /// A store, what it answers, and all that can be done to it.
    ///
    /// @param answers when it was opened
    /// @param merged after a merge of everything: how words are scored then depends no more on what the background had merged
    private record Subject(String name, Map<String, byte[]> files, SmallStore.Answers answers, SmallStore.Answers merged,
            List<Kind> kinds) {
        long cases() {
            return kinds.stream().mapToLong(Kind::count).sum();
        }
    }

    @Override
    public void run(Session session) throws Exception {
        Map<String, byte[]> foreign = SmallStore.files(session.folder().resolve("foreign"), true, session.seed() + 1);
        List<Subject> subjects = List.of(subject(session, "killed", false, foreign), subject(session, "closed", true, foreign));
        long cases = subjects.stream().mapToLong(Subject::cases).sum();
        for (Subject subject : subjects) {
            session.note("store " + subject.name + ": " + subject.files.size() + " files, "
                    + subject.files.values().stream().mapToLong(b -> b.length).sum() + " bytes, " + subject.cases() + " cases");
        }
        Parallel.run(session.threads(), thread -> {
            ExecutorService watched = Executors.newSingleThreadExecutor(r -> Thread.ofPlatform().daemon().unstarted(r));
            for (long turn = session.nextTurn(); turn >= 0 && turn < cases; turn = session.nextTurn()) {
                // A run that can take all cases ends one store before it begins the other; a sample takes them in turn.
                boolean all = session.turnLimit() >= cases;
                long first = subjects.getFirst().cases();
                boolean second = all ? turn >= first : turn % 2 == 1;
                Subject subject = second ? subjects.getLast() : subjects.getFirst();
                long nth = all ? turn - (second ? first : 0) : turn / 2;
                long number = Math.floorMod(nth * STRIDE + session.seed(), subject.cases());
                one(session, subject, number, session.folder().resolve("case" + thread), watched);
                session.count("cases of the store " + subject.name, 1);
            }
            watched.shutdown();
        });
    }

    private static Subject subject(Session session, String name, boolean closed, Map<String, byte[]> foreign) throws IOException {
        Map<String, byte[]> files = SmallStore.files(session.folder().resolve(name), closed, session.seed());
        Path folder = session.folder().resolve("sound");
        Folders.write(folder, files);
        try (Database database = Kith.open(folder, SmallStore.OPTIONS)) {
            SmallStore.Answers opened = SmallStore.answers(database);
            return new Subject(name, files, opened, merged(database), kinds(files, foreign));
        }
    }

    private static SmallStore.Answers merged(Database database) {
        database.collections().forEach(name -> database.collection(name).optimize());
        return SmallStore.answers(database);
    }

    private static List<Kind> kinds(Map<String, byte[]> files, Map<String, byte[]> foreign) {
        List<Kind> kinds = new ArrayList<>();
        files.forEach((name, bytes) -> {
            if (name.equals("LOCK")) {
                return; // has no content
            }
            kinds.add(new Kind("bits flipped", name, bytes.length * 8L, n -> all -> {
                byte[] flipped = bytes.clone();
                flipped[(int) (n / 8)] ^= (byte) (1 << n % 8);
                all.put(name, flipped);
            }));
            kinds.add(new Kind("files cut", name, bytes.length, n -> all -> all.put(name, Arrays.copyOf(bytes, (int) n))));
            int blocks = bytes.length / BLOCK;
            kinds.add(new Kind("blocks zeroed", name, blocks, n -> all -> {
                byte[] zeroed = bytes.clone();
                Arrays.fill(zeroed, (int) n * BLOCK, (int) (n + 1) * BLOCK, (byte) 0);
                all.put(name, zeroed);
            }));
            kinds.add(new Kind("blocks exchanged", name, Math.max(0, blocks - 1), n -> all -> {
                byte[] swapped = bytes.clone();
                System.arraycopy(bytes, (int) n * BLOCK, swapped, (int) (n + 1) * BLOCK, BLOCK);
                System.arraycopy(bytes, (int) (n + 1) * BLOCK, swapped, (int) n * BLOCK, BLOCK);
                all.put(name, swapped);
            }));
            kinds.add(new Kind("files deleted", name, 1, _ -> all -> all.remove(name)));
            byte[] other = foreign.get(name);
            if (other != null) {
                kinds.add(new Kind("files of another store put in place", name, 1, _ -> all -> all.put(name, other)));
            }
            kinds.add(new Kind("foreign files added", name, 2, n -> all -> all.put(name + (n == 0 ? ".tmp" : "~"), bytes)));
        });
        return kinds;
    }

    private static void one(Session session, Subject subject, long number, Path folder, ExecutorService watched)
            throws IOException, InterruptedException {
        long way = number;
        Kind kind = subject.kinds.getFirst();
        for (Kind candidate : subject.kinds) {
            kind = candidate;
            if (way < candidate.count) {
                break;
            }
            way -= candidate.count;
        }
        Map<String, byte[]> files = new TreeMap<>(subject.files);
        kind.ways.way(way).to(files);
        Folders.write(folder, files);
        String where = "store " + subject.name + ", " + kind.what + ", " + kind.file + ", number " + way;
        session.count(kind.what, 1);
        if (Arrays.equals(files.get(kind.file), subject.files.get(kind.file)) && files.keySet().equals(subject.files.keySet())) {
            session.count("outcome: changed nothing", 1);
            return;
        }
        Future<String> outcome = watched.submit((Callable<String>) () -> outcome(subject, folder));
        try {
            String told = outcome.get(HANG_SECONDS, TimeUnit.SECONDS);
            if (told.startsWith("!")) {
                session.violation(where + ": " + told.substring(1));
            } else {
                session.count("outcome: " + told, 1);
            }
        } catch (TimeoutException e) {
            session.violation(where + ": hangs");
            throw new IOException("a case hangs, so this thread of the run ends: " + where, e);
        } catch (ExecutionException e) {
            Throwable cause = e.getCause();
            session.violation(where + ": undocumented " + cause + " at "
                    + (cause == null ? "" : Arrays.stream(cause.getStackTrace()).limit(8).toList()));
        }
    }

    /// What came of a damaged store; a leading `!` says that it must not be.
    private static String outcome(Subject subject, Path folder) {
        try (Database database = Kith.open(folder, SmallStore.OPTIONS)) {
            return read(subject, database);
        } catch (KithException refused) {
            return "refused at opening by " + refused.getClass().getSimpleName();
        }
    }

    private static String read(Subject subject, Database database) {
        SmallStore.Answers found;
        try {
            found = SmallStore.answers(database);
        } catch (KithException refused) {
            return "refused at reading by " + refused.getClass().getSimpleName();
        }
        boolean torn = false;
        boolean sound = true;
        boolean older = false;
        for (String name : database.collections()) {
            torn |= database.collection(name).stats().recovery().tornBytes() > 0;
            older |= database.collection(name).stats().integrity().olderCommit();
            sound &= database.collection(name).verify().ok();
        }
        if (found.exact().equals(subject.answers.exact())) {
            return sound ? "the same answers" : "the same answers, and verify tells";
        }
        if (older && sound && found.unscored().equals(subject.answers.unscored())) {
            return "the same answers but for scores of words, from the commit before, and reported";
        }
        if (sound && found.unscored().equals(subject.answers.unscored())
                && merged(database).exact().equals(subject.merged.exact())) {
            return "the same answers, also to words once all is merged";
        }
        if (torn) {
            return "last batch of a killed process dropped, and reported";
        }
        return "!" + (sound ? "other answers, and nothing tells: " : "other answers, only verify tells: ")
                + difference(subject.answers.exact(), found.exact());
    }

    private static String difference(String expected, String found) {
        String[] want = expected.split("\n");
        String[] have = found.split("\n");
        for (int i = 0; i < Math.min(want.length, have.length); i++) {
            if (!want[i].equals(have[i])) {
                return "'" + have[i] + "' instead of '" + want[i] + "'";
            }
        }
        return have.length + " lines instead of " + want.length;
    }
}
