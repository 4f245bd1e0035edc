package dev.kith.storage;

import dev.kith.storage.fault.CrashVfs;
import dev.kith.storage.fault.DiskOperation;
import dev.kith.storage.fault.PowerCuts;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.UUID;

/// Runs a random workload on a log, then opens the log in every state that a kill or a power cut at any moment of the
/// workload could have left, and once more in states left by a crash of that opening. Judged by the marks the workload
/// left among the disk's operations: nothing acknowledged as promised may be missing, nothing may be there that was not
/// appended, nothing may be altered, and no state that a crash can leave may be refused.
final class LogCrashHarness {
    static final Path ROOT = Path.of("/disk");
    static final Path FOLDER = ROOT.resolve("log");
    static final UUID STORE = new UUID(0x6b697468L, 42);
    private static final int RANDOM_CHOICES = 6;

    /// The workload is about to append this sequence.
    record Appending(long sequence) {}

    /// A process has been promised that everything up to here survives.
    record Promised(long sequence, boolean throughPowerCut) {}

    /// The records up to here are kept elsewhere, for good.
    record KeptElsewhere(long sequence) {}

    /// What a run saw.
    record Result(long states, long kills, long nested, List<String> violations) {}

    private final Random random;
    private final long seed;
    private final long maxStates;
    private final Durability durability;
    private long states;
    private long kills;
    private long nested;
    private final List<String> violations = new ArrayList<>();

    private LogCrashHarness(long seed, long maxStates) {
        this.seed = seed;
        this.maxStates = maxStates;
        this.random = new Random(seed);
        this.durability = switch (random.nextInt(5)) {
            case 0 -> Durability.OS_BUFFERED;
            case 1 -> Durability.group(1);
            default -> Durability.SYNC;
        };
    }

    /// Runs the workload of one seed and examines up to `maxStates` states.
    static Result run(long seed, long maxStates) throws IOException {
        LogCrashHarness harness = new LogCrashHarness(seed, maxStates);
        CrashVfs disk = new CrashVfs(ROOT);
        harness.workload(disk);
        harness.examine(disk);
        return new Result(harness.states, harness.kills, harness.nested, harness.violations);
    }

    /// The first violation found, or an empty string; for a class loader that cannot share [Result].
    static String firstViolation(long firstSeed, int seeds, long maxStatesPerSeed) throws IOException {
        for (long seed = firstSeed; seed < firstSeed + seeds; seed++) {
            List<String> found = run(seed, maxStatesPerSeed).violations();
            if (!found.isEmpty()) {
                return found.getFirst();
            }
        }
        return "";
    }

    private LogOptions options() {
        return new LogOptions(STORE, durability, 4096, 1 << 16, 1 << 13);
    }

    static byte[] payload(long seed, long sequence) {
        Random content = new Random(seed * 31 + sequence);
        int kind = content.nextInt(10);
        byte[] bytes = new byte[kind == 0 ? 0 : kind < 8 ? content.nextInt(200) : content.nextInt(5000)];
        content.nextBytes(bytes);
        return bytes;
    }

    private void workload(CrashVfs disk) throws IOException {
        long kept = 0;
        int sessions = 1 + random.nextInt(3);
        for (int session = 0; session < sessions; session++) {
            WriteAheadLog log = WriteAheadLog.open(disk, FOLDER, options(), kept, (_, _) -> {});
            int steps = 3 + random.nextInt(8);
            for (int step = 0; step < steps; step++) {
                kept = step(disk, log, kept);
            }
            if (session < sessions - 1) {
                long last = log.lastSequence();
                log.close();
                disk.mark(new Promised(last, true));
            } else {
                // closed after the last crash point; everything promised is marked already
                log.close();
            }
        }
    }

    private long step(CrashVfs disk, WriteAheadLog log, long kept) throws IOException {
        int kind = random.nextInt(12);
        if (kind < 9) {
            int count = kind < 6 ? 1 : 1 + random.nextInt(4);
            long last = 0;
            for (int i = 0; i < count; i++) {
                long sequence = log.lastSequence() + 1;
                disk.mark(new Appending(sequence));
                last = log.append(ByteBuffer.wrap(payload(seed, sequence)));
            }
            log.awaitDurable(last);
            disk.mark(new Promised(last, !(durability instanceof Durability.OsBuffered)));
        } else if (kind == 9) {
            log.rollOver();
            disk.mark(new Promised(log.lastSequence(), true));
        } else {
            long upTo = kept + random.nextLong(log.lastSequence() - kept + 1);
            log.awaitForced(upTo);
            disk.mark(new Promised(upTo, true));
            disk.mark(new KeptElsewhere(upTo));
            log.discardUpTo(upTo);
            return upTo;
        }
        return kept;
    }

    private void examine(CrashVfs disk) throws IOException {
        int last = disk.operations().size();
        List<Integer> points = new ArrayList<>();
        for (int point = 0; point <= last; point++) {
            points.add(point);
        }
        Collections.shuffle(points, random); // a bound on the states leaves a sample of all points
        for (int point : points) {
            Judge judge = new Judge(disk.operations().subList(0, point));
            check(disk.killedAt(point), judge, false, "kill after operation " + point);
            kills++;
            states++;
            for (PowerCuts.State state : new PowerCuts(disk, point).states(RANDOM_CHOICES, random)) {
                check(state.restart(), judge, true, state.toString());
                states++;
                if (states >= maxStates || !violations.isEmpty()) {
                    return;
                }
            }
            if (random.nextInt(4) == 0) {
                crashWhileOpening(disk.killedAt(point), judge);
            }
        }
    }

    /// Kills or powers off an opening, and the work after it, at some of its own operations.
    private void crashWhileOpening(CrashVfs disk, Judge judge) throws IOException {
        int before = disk.operations().size();
        Judge afterwards;
        try (WriteAheadLog log = WriteAheadLog.open(disk, FOLDER, options(), judge.kept, (_, _) -> {})) {
            long sequence = log.lastSequence() + 1;
            disk.mark(new Appending(sequence));
            log.append(ByteBuffer.wrap(payload(seed, sequence)));
            log.awaitForced(sequence);
            disk.mark(new Promised(sequence, true));
        } catch (StorageException refused) {
            violate("nested", "refused: " + refused.getMessage());
            return;
        }
        List<DiskOperation> operations = disk.operations();
        for (int i = 0; i < 6; i++) {
            int point = before + random.nextInt(operations.size() - before + 1);
            afterwards = new Judge(operations.subList(0, point));
            List<PowerCuts.State> cuts = new PowerCuts(disk, point).states(2, random);
            for (int j = 0; j < 4; j++) {
                PowerCuts.State state = cuts.get(random.nextInt(cuts.size()));
                check(state.restart(), afterwards, true, "nested in a killed process: " + state);
                states++;
                nested++;
            }
        }
    }

    /// What must and may be found, by the marks before a crash.
    private static final class Judge {
        private long kept;
        private long appended;
        private long promisedOnKill;
        private long promisedOnPowerCut;

        Judge(List<DiskOperation> operations) {
            for (DiskOperation operation : operations) {
                if (operation instanceof DiskOperation.Mark(Object label)) {
                    switch (label) {
                        case Appending(long sequence) -> appended = Math.max(appended, sequence);
                        case KeptElsewhere(long sequence) -> kept = sequence;
                        case Promised(long sequence, boolean throughPowerCut) -> {
                            promisedOnKill = Math.max(promisedOnKill, sequence);
                            promisedOnPowerCut = throughPowerCut ? Math.max(promisedOnPowerCut, sequence) : promisedOnPowerCut;
                        }
                        default -> throw new AssertionError(label);
                    }
                }
            }
        }
    }

    private void check(CrashVfs disk, Judge judge, boolean powerCut, String where) throws IOException {
        long promised = powerCut ? judge.promisedOnPowerCut : judge.promisedOnKill;
        List<Long> found = new ArrayList<>();
        try (WriteAheadLog log = open(disk, judge.kept, found, where)) {
            long last = log.lastSequence();
            if (last < promised) {
                violate(where, "lost: acknowledged " + promised + ", found " + last);
            }
            if (last > judge.appended) {
                violate(where, "phantom: appended " + judge.appended + ", found " + last);
            }
            if (states % 3 == 0) { // go on after the crash, and come back
                long next = log.append(ByteBuffer.wrap(payload(seed, last + 1)));
                log.awaitForced(next);
                log.close();
                List<Long> again = new ArrayList<>();
                open(disk, judge.kept, again, where + ", opened again").close();
                found.add(next);
                if (!again.equals(found)) {
                    violate(where, "second opening found " + again + " instead of " + found);
                }
            }
        } catch (StorageException refused) {
            violate(where, "refused: " + refused.getMessage());
        }
    }

    private WriteAheadLog open(CrashVfs disk, long kept, List<Long> found, String where) throws IOException {
        return WriteAheadLog.open(disk, FOLDER, options(), kept, (sequence, payload) -> {
            long expected = found.isEmpty() ? kept + 1 : found.getLast() + 1;
            if (sequence != expected) {
                violate(where, "sequence " + sequence + " follows " + (expected - 1));
            }
            if (!Arrays.equals(payload(seed, sequence), payload.array())) {
                violate(where, "record " + sequence + " has other bytes");
            }
            found.add(sequence);
        });
    }

    private void violate(String where, String what) {
        violations.add("seed " + seed + " " + durability + ": " + where + ": " + what);
    }
}
