package dev.kith.torture.crash;

import dev.kith.Database;
import dev.kith.Kith;
import dev.kith.torture.kit.Children;
import dev.kith.torture.kit.Judge;
import dev.kith.torture.kit.Parallel;
import dev.kith.torture.kit.Victim;
import dev.kith.torture.kit.Workload;
import dev.kith.torture.run.Session;
import dev.kith.torture.run.Torture;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// `kill -9` of a writing process at random moments, a third of the time aimed into opening and recovery. The steps a child
/// acknowledged on its pipe must be there, of the one under way all or nothing, and nothing else.
///
/// Several children in a row die over the same files before a check, so that recovery starts from what a killed recovery left.
public final class Kill implements Torture {
    private static final int CHAINS = 2;
    private static final int STEPS_OF_A_CHAIN = 20_000;

    @Override
    public String about() {
        return "kill -9 of a writing process, also inside recovery: nothing acknowledged is lost, nothing is invented";
    }

    @Override
    public long fewTurns() {
        return 12;
    }

    @Override
    public void run(Session session) throws Exception {
        Children children = Children.rehearsed(session.folder().resolve("classes"), Victim.class,
                session.folder().resolve("rehearsal").toString(), new Workload(1, 400, 200, false).argument(), "false", "0",
                "60");
        Parallel.run(CHAINS, chain -> {
            int round = 0;
            while (session.goOn()) { // a new database with other options from time to time
                new Chain(session, children, chain + CHAINS * round++).run();
            }
        });
    }

    private static final class Chain {
        private final Session session;
        private final Children children;
        private final Path folder;
        private final Workload workload;
        private final Random random;
        private final Judge judge;
        private long openMicros = 200_000;
        private boolean inRecovery;

        Chain(Session session, Children children, int number) {
            this.session = session;
            this.children = children;
            this.folder = session.folder().resolve("db" + number);
            this.workload = new Workload(session.seed() + number, 400, 200, false);
            this.random = new Random(session.seed() * 31 + number);
            this.judge = new Judge(workload);
        }

        void run() throws IOException, InterruptedException {
            int kills = 0;
            while (judge.next() < STEPS_OF_A_CHAIN && session.nextTurn() >= 0) {
                long acknowledged = killOne();
                session.count("kills", 1);
                session.count("kills inside open or recovery", inRecovery ? 1 : 0);
                session.count("steps acknowledged", acknowledged + 1 - judge.next());
                judge.acknowledged(acknowledged);
                if (kills++ % 4 == 3 || !session.goOn()) {
                    String wrong = check(kills);
                    if (wrong != null) {
                        session.violation("workload " + workload + ", kill " + kills + ": " + wrong);
                        return;
                    }
                }
            }
        }

        private @Nullable String check(int kills) {
            long start = System.nanoTime();
            try (Database database = Kith.open(folder, workload.options(false))) {
                session.peak("microseconds of an open", (System.nanoTime() - start) / 1000);
                session.count("checks", 1);
                String wrong = judge.wrong(database, 1);
                if (wrong == null) {
                    wrong = judge.wrongAnswers(database, random);
                }
                if (wrong == null && kills % 16 == 0) {
                    for (String name : database.collections()) {
                        if (!database.collection(name).verify().ok()) {
                            return database.collection(name).verify().toString();
                        }
                    }
                }
                return wrong;
            }
        }

        /// Starts a child, kills it after a while and gives the last step it acknowledged.
        private long killOne() throws IOException, InterruptedException {
            Process child = children
                    .start(Victim.class, folder.toString(), workload.argument(), "false", Long.toString(judge.next()))
                    .redirectError(ProcessBuilder.Redirect.DISCARD).start();
            boolean early = random.nextInt(5) < 2;
            // Counted in lines of the child, not in time, so that a slow machine kills at the same places.
            CountDownLatch lines = new CountDownLatch(early ? 1 : 2 + random.nextInt(random.nextBoolean() ? 10 : 60));
            long delayMicros = early ? random.nextLong(1 + openMicros * 5 / 4) : random.nextLong(4_000);
            Thread killer = Thread.ofPlatform().start(() -> {
                try {
                    lines.await();
                    TimeUnit.MICROSECONDS.sleep(delayMicros);
                } catch (InterruptedException e) {
                    // the child ended by itself, which is told below
                }
                // The handle, because Process.destroyForcibly closes the pipe with acknowledgements still in it.
                child.toHandle().destroyForcibly();
            });
            long last = read(child, lines);
            killer.interrupt();
            killer.join();
            if (!child.waitFor(60, TimeUnit.SECONDS) || child.exitValue() != 137) {
                session.violation("workload " + workload + ": the child ended by itself or not at all: " + child);
            }
            return last;
        }

        private long read(Process child, CountDownLatch lines) throws IOException {
            long last = judge.next() - 1;
            long started = 0;
            inRecovery = false;
            try (BufferedReader output = child.inputReader()) {
                for (String line = output.readLine(); line != null; line = output.readLine()) {
                    switch (line) {
                        case "started" -> {
                            started = System.nanoTime();
                            inRecovery = true;
                        }
                        case "opened" -> {
                            openMicros = (3 * openMicros + (System.nanoTime() - started) / 1000) / 4;
                            inRecovery = false;
                        }
                        default -> last = Math.max(last, Long.parseLong(line));
                    }
                    lines.countDown();
                }
            }
            return last;
        }
    }
}
