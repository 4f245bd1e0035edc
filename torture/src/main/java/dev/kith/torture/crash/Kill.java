package dev.kith.torture.crash;

import dev.kith.Database;
import dev.kith.Kith;
import dev.kith.torture.kit.Children;
import dev.kith.torture.kit.Folders;
import dev.kith.torture.kit.Judge;
import dev.kith.torture.kit.Parallel;
import dev.kith.torture.kit.Victims;
import dev.kith.torture.kit.Workload;
import dev.kith.torture.run.Session;
import dev.kith.torture.run.Torture;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/// `kill -9` of a process that writes several databases at random moments, two fifths of them aimed into opening and recovery.
/// The steps it acknowledged on its pipe must be there, of the one under way in each database all or nothing, and nothing else.
///
/// Processes in a row die over the same files before a check, so that recovery starts from what a killed recovery left.
/// A turn is one database killed.
public final class Kill implements Torture {
    private static final int DATABASES = 6;
    private static final int KILLS_TO_A_CHECK = 4;
    private static final int STEPS_OF_A_CHAIN = 3_000;

    @Override
    public String about() {
        return "kill -9 of a writing process, also inside recovery: nothing acknowledged is lost, nothing is invented";
    }

    @Override
    public long fewTurns() {
        return 36;
    }

    @Override
    public void run(Session session) throws Exception {
        List<Crew.Place> rehearsed = List.of(new Crew.Place(session.folder().resolve("rehearsal"),
                new Workload(1, 400, 200, false), 0));
        Children children = Children.rehearsed(session.folder().resolve("classes"), Victims.class,
                Crew.arguments(rehearsed, false, 60));
        AtomicInteger numbers = new AtomicInteger();
        Parallel.run(session.threads(), thread -> new Crews(session, children, thread, numbers).run());
    }

    /// One process after the other over the same databases.
    private static final class Crews {
        private final Session session;
        private final Children children;
        private final Random random;
        private final AtomicInteger numbers;
        private final List<Chain> chains = new ArrayList<>();
        private long openMicros = 200_000;

        Crews(Session session, Children children, int thread, AtomicInteger numbers) {
            this.session = session;
            this.children = children;
            this.random = new Random(session.seed() * 31 + thread);
            this.numbers = numbers;
        }

        void run() throws IOException, InterruptedException {
            for (int taken = take(); taken > 0; taken = take()) {
                while (chains.size() < taken) { // new databases with other options in place of those that are done
                    chains.add(new Chain(session, numbers.getAndIncrement()));
                }
                killOne(chains.subList(0, taken));
                for (Chain chain : List.copyOf(chains)) {
                    if (!chain.goOn(!session.goOn())) {
                        Folders.delete(chain.folder);
                        chains.remove(chain);
                    }
                }
            }
        }

        private int take() {
            return (int) session.takeTurns(DATABASES);
        }

        /// Starts a child, kills it after a while and tells the chains what it acknowledged.
        private void killOne(List<Chain> killed) throws IOException, InterruptedException {
            int n = killed.size();
            boolean early = random.nextInt(5) < 2;
            int lines = early ? 1 : 2 * n + random.nextInt(n * (random.nextBoolean() ? 10 : 60));
            Crew crew = Crew.start(children, killed.stream().map(Chain::place).toList(), false, lines);
            boolean alive = crew.awaitLines(120);
            TimeUnit.MICROSECONDS.sleep(early ? random.nextLong(1 + openMicros * 5 / 4) : random.nextLong(4_000));
            if (!crew.kill() || !alive) {
                session.violation("the child ended by itself, hung or could not be killed: " + killed.stream()
                        .map(c -> c.workload.toString()).toList() + " " + crew.told());
            }
            if (crew.openMicros() >= 0) {
                openMicros = (3 * openMicros + crew.openMicros()) / 4;
            }
            session.count("processes killed", 1);
            for (int i = 0; i < n; i++) {
                killed.get(i).killed(crew.told().get(i));
            }
        }
    }

    /// One database and what it must hold.
    private static final class Chain {
        private final Session session;
        private final Path folder;
        private final Workload workload;
        private final Random random;
        private final Judge judge;
        private final int number;
        private int kills;
        private boolean failed;

        Chain(Session session, int number) {
            this.session = session;
            this.number = number;
            this.folder = session.folder().resolve("db" + number);
            this.workload = new Workload(session.seed() + number, 400, 200, number % 3 == 1);
            this.random = new Random(session.seed() * 37 + number);
            this.judge = new Judge(workload);
        }

        Crew.Place place() {
            return new Crew.Place(folder, workload, judge.next());
        }

        void killed(Crew.Told told) {
            kills++;
            session.count("databases killed", 1);
            session.count("databases killed inside open or recovery", told.started() && !told.opened() ? 1 : 0);
            session.count("steps acknowledged", told.last() + 1 - judge.next());
            judge.acknowledged(told.last());
            told.failure().ifPresent(why -> {
                failed = true;
                session.violation(workload + ", kill " + kills + ": the child " + why);
            });
        }

        /// Checks, if it is time to.
        ///
        /// @param ending whether this is the last occasion
        /// @return false if nothing more is to be done with this database
        boolean goOn(boolean ending) {
            if (!failed && (ending || (kills + number) % KILLS_TO_A_CHECK == 0)) {
                String wrong;
                try {
                    wrong = check();
                } catch (RuntimeException | AssertionError e) {
                    wrong = e.toString();
                }
                if (wrong != null) {
                    failed = true;
                    session.violation("workload " + workload + ", kill " + kills + ": " + wrong);
                }
            }
            return !failed && judge.next() < STEPS_OF_A_CHAIN;
        }

        private @Nullable String check() {
            long start = System.nanoTime();
            try (Database database = Kith.open(folder, workload.options(false))) {
                session.peak("microseconds of an open", (System.nanoTime() - start) / 1000);
                session.count("checks", 1);
                String wrong = judge.wrong(database, 1);
                if (wrong == null) {
                    wrong = judge.wrongAnswers(database, random);
                }
                if (wrong == null && random.nextInt(4) == 0) {
                    for (String name : database.collections()) {
                        if (!database.collection(name).verify().ok()) {
                            return database.collection(name).verify().toString();
                        }
                    }
                }
                return wrong;
            }
        }
    }
}
