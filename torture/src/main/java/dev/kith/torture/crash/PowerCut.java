package dev.kith.torture.crash;

import dev.kith.Database;
import dev.kith.Kith;
import dev.kith.torture.kit.Children;
import dev.kith.torture.kit.Folders;
import dev.kith.torture.kit.Judge;
import dev.kith.torture.kit.Victim;
import dev.kith.torture.kit.Workload;
import dev.kith.torture.run.Session;
import dev.kith.torture.run.Skipped;
import dev.kith.torture.run.Torture;
import java.io.BufferedReader;
import java.io.IOException;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/// Cuts an ext4 file system off from its journal under a writing process, a third of the time while it opens the database, and
/// looks at what is left after mounting it again. Only what was acknowledged before the cut began must be there: a sync under
/// way during the cut can return success although nothing was committed.
///
/// So that a disk that loses nothing cannot pass for a database that loses nothing, SQLite is cut in the same way first: with
/// full syncs it must lose nothing, with relaxed ones it should.
public final class PowerCut implements Torture {
    private static final int STEPS_OF_A_DISK = 3_000;
    private static final int MOST_CALIBRATIONS = 8;

    @Override
    public String about() {
        return "power cuts of a real ext4 under a writing process: nothing acknowledged is lost (Linux, root)";
    }

    @Override
    public long fewTurns() {
        return 6;
    }

    @Override
    public void run(Session session) throws Exception {
        try (LoopDisk disk = LoopDisk.create(session.folder().resolve("loop"))) {
            new SqliteCuts(session, disk).run((int) Math.clamp(session.turnLimit() / 6, 1, MOST_CALIBRATIONS));
            Children children = Children.rehearsed(session.folder().resolve("classes"), Victim.class,
                    session.folder().resolve("rehearsal").toString(), new Workload(1, 400, 200, false).argument(), "true", "0",
                    "60");
            for (int i = 0; session.goOn(); i++) {
                new Chain(session, disk, children, i).run();
            }
        }
    }

    private static final class Chain {
        private final Session session;
        private final LoopDisk disk;
        private final Children children;
        private final Workload workload;
        private final Random random;
        private final Judge judge;
        private long openMicros = 200_000;

        Chain(Session session, LoopDisk disk, Children children, int number) {
            this.session = session;
            this.disk = disk;
            this.children = children;
            this.workload = new Workload(session.seed() + number, 400, 200, number % 2 == 1);
            this.random = new Random(session.seed() * 31 + number);
            this.judge = new Judge(workload);
        }

        void run() throws IOException, InterruptedException, Skipped {
            Folders.delete(disk.folder().resolve("db"));
            for (int cuts = 1; judge.next() < STEPS_OF_A_DISK && session.nextTurn() >= 0; cuts++) {
                int more = cutOne();
                disk.restart();
                session.count("cuts", 1);
                try (Database database = Kith.open(disk.folder().resolve("db"), workload.options(true))) {
                    String wrong = judge.wrong(database, more);
                    if (wrong == null && cuts % 4 == 0) {
                        wrong = judge.wrongAnswers(database, random);
                    }
                    if (wrong != null) {
                        session.violation(workload + ", cut " + cuts + ": " + wrong);
                        return;
                    }
                } catch (RuntimeException e) {
                    session.violation(workload + ", cut " + cuts + ": " + e);
                    return;
                }
            }
        }

        /// Starts a child, cuts its disk off after a while, kills it. Tells the judge what was acknowledged before the cut.
        ///
        /// @return how many more steps may have been taken
        private int cutOne() throws IOException, InterruptedException {
            Process child = children.start(Victim.class, disk.folder().resolve("db").toString(), workload.argument(), "true",
                    Long.toString(judge.next())).redirectError(ProcessBuilder.Redirect.DISCARD).start();
            boolean early = random.nextInt(3) == 0;
            CountDownLatch lines = new CountDownLatch(early ? 1 : 2 + random.nextInt(random.nextBoolean() ? 10 : 80));
            AtomicLong last = new AtomicLong(judge.next() - 1);
            AtomicLong opened = new AtomicLong();
            long started = System.nanoTime();
            Thread reader = Thread.ofPlatform().start(() -> read(child, lines, last, opened));
            if (!lines.await(120, TimeUnit.SECONDS)) {
                session.violation(workload + ": the child says nothing for two minutes");
            }
            long start = System.nanoTime();
            TimeUnit.MICROSECONDS.sleep(early ? random.nextLong(1 + openMicros * 5 / 4) : random.nextLong(20_000));
            boolean wasOpen = opened.get() != 0;
            long noted = last.get();
            disk.cut();
            child.toHandle().destroyForcibly();
            child.waitFor();
            reader.join();
            if (opened.get() != 0) {
                openMicros = (3 * openMicros + (opened.get() - (early ? start : started)) / 1000) / 4;
            }
            session.count("cuts inside open or recovery", wasOpen ? 0 : 1);
            session.count("steps acknowledged before a cut", noted + 1 - judge.next());
            session.count("steps acknowledged after a cut began, not judged", last.get() - noted);
            judge.acknowledged(noted);
            return (int) (last.get() - noted + 1);
        }

        private static void read(Process child, CountDownLatch lines, AtomicLong last, AtomicLong opened) {
            try (BufferedReader output = child.inputReader()) {
                for (String line = output.readLine(); line != null; line = output.readLine()) {
                    if (line.equals("opened")) {
                        opened.set(System.nanoTime());
                    } else if (!line.equals("started")) {
                        last.set(Long.parseLong(line));
                    }
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
    }
}
