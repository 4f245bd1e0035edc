package dev.kith.torture.crash;

import dev.kith.Database;
import dev.kith.Kith;
import dev.kith.torture.kit.Children;
import dev.kith.torture.kit.Folders;
import dev.kith.torture.kit.Judge;
import dev.kith.torture.kit.Victims;
import dev.kith.torture.kit.Workload;
import dev.kith.torture.run.Session;
import dev.kith.torture.run.Skipped;
import dev.kith.torture.run.Torture;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// Cuts an ext4 file system off from its journal under a process that writes several databases, a third of the time while it
/// opens them, and looks at what is left after mounting it again. Only what was acknowledged before the cut began must be there: a sync under
/// way during the cut can return success although nothing was committed.
///
/// So that a disk that loses nothing cannot pass for a database that loses nothing, SQLite is cut in the same way first: with
/// full syncs it must lose nothing, with relaxed ones it should.
public final class PowerCut implements Torture {
    private static final int DATABASES = 4;
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
            List<Crew.Place> rehearsed = List.of(new Crew.Place(session.folder().resolve("rehearsal"),
                    new Workload(1, 400, 200, false), 0));
            Children children = Children.rehearsed(session.folder().resolve("classes"), Victims.class,
                    Crew.arguments(rehearsed, true, 60));
            for (int i = 0; session.goOn(); i++) {
                new Chains(session, disk, children, i).run();
            }
        }
    }

    /// Several databases on the disk, and one process after the other that writes them.
    private static final class Chains {
        private final Session session;
        private final LoopDisk disk;
        private final Children children;
        private final Random random;
        private final List<Judge> judges = new ArrayList<>();
        private final List<Workload> workloads = new ArrayList<>();
        private long openMicros = 200_000;

        Chains(Session session, LoopDisk disk, Children children, int number) {
            this.session = session;
            this.disk = disk;
            this.children = children;
            this.random = new Random(session.seed() * 31 + number);
            for (int i = 0; i < DATABASES; i++) {
                workloads.add(new Workload(session.seed() + (long) number * DATABASES + i, 400, 200, i % 2 == 1));
                judges.add(new Judge(workloads.getLast()));
            }
        }

        private Path folder(int i) {
            return disk.folder().resolve("db" + i);
        }

        void run() throws IOException, InterruptedException, Skipped {
            for (int i = 0; i < DATABASES; i++) {
                Folders.delete(folder(i));
            }
            for (int cuts = 1; judges.stream().allMatch(j -> j.next() < STEPS_OF_A_DISK) && session.nextTurn() >= 0; cuts++) {
                List<Integer> more = cutOne();
                disk.restart();
                session.count("cuts", 1);
                for (int i = 0; i < DATABASES; i++) {
                    String wrong = wrong(i, more.get(i), cuts % 4 == i);
                    if (wrong != null) {
                        session.violation(workloads.get(i) + ", cut " + cuts + ": " + wrong);
                        return;
                    }
                }
            }
        }

        private @Nullable String wrong(int i, int more, boolean ask) {
            try (Database database = Kith.open(folder(i), workloads.get(i).options(true))) {
                String wrong = judges.get(i).wrong(database, more);
                return wrong == null && ask ? judges.get(i).wrongAnswers(database, random) : wrong;
            } catch (RuntimeException | AssertionError e) {
                return e.toString();
            }
        }

        /// Starts a child, cuts its disk off after a while, kills it. Tells the judges what was acknowledged before the cut.
        ///
        /// @return how many more steps may have been taken, in each database
        private List<Integer> cutOne() throws IOException, InterruptedException {
            List<Crew.Place> places = new ArrayList<>();
            for (int i = 0; i < DATABASES; i++) {
                places.add(new Crew.Place(folder(i), workloads.get(i), judges.get(i).next()));
            }
            boolean early = random.nextInt(3) == 0;
            Crew crew = Crew.start(children, places, true,
                    early ? 1 : DATABASES * (2 + random.nextInt(random.nextBoolean() ? 10 : 80)));
            if (!crew.awaitLines(120)) {
                session.violation(workloads + ": the child says nothing for two minutes");
            }
            TimeUnit.MICROSECONDS.sleep(random.nextLong(early ? 1 + openMicros * 5 / 4 : 20_000));
            List<Crew.Told> before = crew.told();
            disk.cut();
            crew.kill();
            List<Crew.Told> after = crew.told();
            if (crew.openMicros() >= 0) {
                openMicros = (3 * openMicros + crew.openMicros()) / 4;
            }
            List<Integer> more = new ArrayList<>();
            for (int i = 0; i < DATABASES; i++) {
                long noted = before.get(i).last();
                session.count("databases cut", 1);
                session.count("databases cut inside open or recovery",
                        before.get(i).started() && !before.get(i).opened() ? 1 : 0);
                session.count("steps acknowledged before a cut", noted + 1 - judges.get(i).next());
                session.count("steps acknowledged after a cut began, not judged", after.get(i).last() - noted);
                judges.get(i).acknowledged(noted);
                more.add((int) (after.get(i).last() - noted + 1));
            }
            return more;
        }
    }
}
