package dev.kith.torture.crash;

import dev.kith.Database;
import dev.kith.internal.engine.EngineDatabase;
import dev.kith.storage.Vfs;
import dev.kith.storage.fault.CrashVfs;
import dev.kith.storage.fault.DiskOperation;
import dev.kith.storage.fault.PowerCuts;
import dev.kith.torture.kit.Judge;
import dev.kith.torture.kit.MirrorVfs;
import dev.kith.torture.kit.Parallel;
import dev.kith.torture.kit.Workload;
import dev.kith.torture.run.Session;
import dev.kith.torture.run.Torture;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/// A whole database works through a short workload while every change to its files is remembered. Then it is opened from what
/// a kill or a power cut after each of these changes could have left: what was forced and synced, and of the rest nothing,
/// all, each alone, all but each, random choices, the last write torn. Some of these openings are cut short in the same way.
/// A turn is one state of the disk.
public final class CrashPoints implements Torture {
    private static final int MOST_STEPS = 16;
    /// In turn: so few that most deletions find something, and enough for a graph.
    private static final List<Integer> IDS = List.of(5, 60);
    private static final int RANDOM_CHOICES = 5;
    private static final int STATES_OF_A_WORKLOAD = 150;

    @Override
    public String about() {
        return "every disk that a kill or a power cut at any moment could leave, and those of a crash while recovering from it";
    }

    @Override
    public long fewTurns() {
        return 300;
    }

    /// A mark: the step is about to be asked for, or was acknowledged.
    private record Mark(long step, boolean acknowledged) {}

    @Override
    public void run(Session session) throws Exception {
        Parallel.run(session.threads(), thread -> {
            for (int i = thread; session.goOn(); i += session.threads()) {
                new One(session, i, thread).run();
            }
        });
    }

    private static final class One {
        private final Session session;
        private final Workload workload;
        private final Random random;
        private final Path root;
        private final Path folder;
        private int states;

        One(Session session, int number, int thread) {
            this.session = session;
            this.workload = new Workload(session.seed() * 10_007 + number, IDS.get(number / 2 % 2), 40, true);
            this.random = new Random(workload.seed());
            this.root = session.folder().resolve("disk" + thread).toAbsolutePath().normalize();
            this.folder = root.resolve("db");
        }

        void run() throws IOException {
            CrashVfs disk = new CrashVfs(root);
            work(MirrorVfs.of(disk, root), new Judge(workload), 2 + random.nextInt(MOST_STEPS - 1));
            session.count("workloads", 1);
            List<DiskOperation> operations = disk.operations();
            session.peak("changes of a workload's files", operations.size());
            List<Integer> points = points(operations); // the bound on states leaves a sample of all
            for (int point : points) {
                if (states >= STATES_OF_A_WORKLOAD || !session.goOn()) {
                    return;
                }
                Judge judge = judge(operations.subList(0, point));
                check(disk.killedAt(point), judge, "kill after change " + point + " of " + operations.size(), false);
                List<PowerCuts.State> cuts = new PowerCuts(disk, point).states(RANDOM_CHOICES, random);
                Collections.shuffle(cuts, random);
                for (PowerCuts.State cut : cuts.subList(0, Math.min(cuts.size(), 12))) {
                    check(cut.restart(), judge, cut.toString(), true);
                }
            }
        }

        /// All places between two changes, in random order, but every third right after a name changed or went, as long as there
        /// are such: there a moment is enough to leave a name that is seen and not yet durable, or a file gone before its name.
        private List<Integer> points(List<DiskOperation> operations) {
            List<Integer> sharp = new ArrayList<>();
            List<Integer> others = new ArrayList<>();
            for (int point = 0; point <= operations.size(); point++) {
                (point > 0 && changesNames(operations.get(point - 1)) ? sharp : others).add(point);
            }
            Collections.shuffle(sharp, random);
            Collections.shuffle(others, random);
            for (int i = 0; i < sharp.size(); i++) {
                others.add(Math.min(3 * i, others.size()), sharp.get(i));
            }
            return others;
        }

        private static boolean changesNames(DiskOperation operation) {
            return operation instanceof DiskOperation.Rename || operation instanceof DiskOperation.Delete;
        }

        private void work(MirrorVfs disk, Judge judge, int steps) {
            try (Database database = EngineDatabase.open(disk, folder, workload.options(true))) {
                for (long step = judge.next(), end = step + steps; step < end; step++) {
                    disk.memory().mark(new Mark(step, false));
                    Workload.apply(workload.step(step), database);
                    disk.memory().mark(new Mark(step, true));
                }
            }
        }

        private Judge judge(List<DiskOperation> operations) {
            Judge judge = new Judge(workload);
            for (DiskOperation operation : operations) {
                if (operation instanceof DiskOperation.Mark(Mark(long step, boolean acknowledged)) && acknowledged) {
                    judge.acknowledged(step);
                }
            }
            return judge;
        }

        /// Opens a disk and compares. Now and then works on and comes back, or cuts the opening and the work short.
        private void check(CrashVfs disk, Judge acknowledged, String where, boolean powerCut) throws IOException {
            if (session.nextTurn() < 0) {
                return;
            }
            states++;
            session.count(powerCut ? "states after power cuts" : "states after kills", 1);
            boolean nested = !powerCut || states % 8 == 0;
            MirrorVfs mirror = MirrorVfs.of(disk, root);
            Judge judge = acknowledged.copy();
            int before = disk.operations().size();
            try (Database database = EngineDatabase.open(nested ? mirror : Vfs.local(), folder, workload.options(true))) {
                String wrong = judge.wrong(database, 1);
                if (wrong == null && states % 4 == 0) {
                    wrong = judge.wrongAnswers(database, random);
                }
                if (wrong != null) {
                    violate(where, wrong);
                    return;
                }
            } catch (RuntimeException | AssertionError e) {
                violate(where, e + " at " + Arrays.stream(e.getStackTrace()).limit(6).toList());
                return;
            }
            if (nested || states % 4 == 0) {
                goOn(nested ? mirror : null, judge, where);
            }
            if (nested) {
                crashAgain(disk, before, acknowledged, where);
            }
        }

        /// Two more steps after the recovery, and everything still there when opened once more.
        private void goOn(@org.jspecify.annotations.Nullable MirrorVfs mirror, Judge judge, String where) {
            Vfs disk = mirror == null ? Vfs.local() : mirror;
            try {
                try (Database database = EngineDatabase.open(disk, folder, workload.options(true))) {
                    for (int i = 0; i < 2; i++) {
                        long step = judge.next();
                        if (mirror != null) {
                            mirror.memory().mark(new Mark(step, false));
                        }
                        Workload.apply(workload.step(step), database);
                        judge.acknowledged(step);
                        if (mirror != null) {
                            mirror.memory().mark(new Mark(step, true));
                        }
                    }
                }
                try (Database database = EngineDatabase.open(disk, folder, workload.options(true))) {
                    String wrong = judge.wrong(database, 0);
                    if (wrong != null) {
                        violate(where + ", two steps later", wrong);
                    }
                }
            } catch (RuntimeException | AssertionError e) {
                violate(where + ", two steps later", e + " at " + Arrays.stream(e.getStackTrace()).limit(6).toList());
            }
        }

        /// States that a crash of the opening just seen, or of the steps after it, could leave.
        private void crashAgain(CrashVfs disk, int before, Judge acknowledged, String where) throws IOException {
            List<DiskOperation> operations = disk.operations();
            for (int i = 0; i < 3 && session.goOn(); i++) {
                boolean strict = i == 0; // once where a name has just changed, mostly with nothing that was not synced
                int point = strict
                        ? afterNamesChanged(operations, before)
                        : before + random.nextInt(operations.size() - before + 1);
                Judge judge = acknowledged.copy();
                // The step under way at the first crash may have been taken, and the one begun after it: hence two more.
                for (DiskOperation operation : operations.subList(before, point)) {
                    if (operation instanceof DiskOperation.Mark(Mark(long step, boolean done)) && done) {
                        judge.acknowledged(step);
                    }
                }
                List<PowerCuts.State> cuts = new PowerCuts(disk, point).states(2, random);
                PowerCuts.State cut = cuts.get(strict && random.nextInt(3) > 0 ? 0 : random.nextInt(cuts.size()));
                if (session.nextTurn() < 0) {
                    return;
                }
                session.count("states after crashes of a recovery", 1);
                MirrorVfs.write(cut.restart(), root);
                String again = where + "; recovered from that, then " + cut;
                try (Database database = EngineDatabase.open(Vfs.local(), folder, workload.options(true))) {
                    String wrong = judge.wrong(database, 2);
                    if (wrong != null) {
                        violate(again, wrong + " changes: " + told(operations.subList(before, point)));
                    }
                } catch (RuntimeException | AssertionError e) {
                    violate(again, e + " at " + Arrays.stream(e.getStackTrace()).limit(6).toList() + " changes: "
                            + told(operations.subList(before, point)));
                }
            }
        }

        /// A place right after a name changed or went; any place if there is none.
        private int afterNamesChanged(List<DiskOperation> operations, int before) {
            List<Integer> places = new ArrayList<>();
            for (int point = before + 1; point <= operations.size(); point++) {
                if (changesNames(operations.get(point - 1))) {
                    places.add(point);
                }
            }
            return places.isEmpty()
                    ? before + random.nextInt(operations.size() - before + 1)
                    : places.get(random.nextInt(places.size()));
        }

        private String told(List<DiskOperation> operations) {
            StringBuilder all = new StringBuilder();
            for (DiskOperation operation : operations) {
                all.append("; ").append(operation instanceof DiskOperation.Write(int file, long offset, byte[] bytes)
                        ? "write " + bytes.length + " at " + offset + " of " + file
                        : operation.toString().replace(folder.toString(), ""));
            }
            return all.toString();
        }

        private void violate(String where, String what) {
            session.violation(what + " (" + workload + ", " + workload.options(true) + ", " + where + ")");
        }
    }
}
