package dev.kith.storage.fault;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// The disks that a power cut after the first `point` operations of a [CrashVfs] can leave.
///
/// An operation is *settled* if a force of its file or a sync of its folder followed. Of the others each may have happened
/// or not. The states shown are: none, all, each alone, all but each, some random choices, the last write torn at byte,
/// sector and page borders (cut off, or followed by zeros or by garbage), and all lengths settled but no bytes.
public final class PowerCuts {
    private static final int EXHAUSTIVE = 10;
    private static final int[] BORDERS = {512, 4096};

    private final CrashVfs disk;
    private final List<DiskOperation> operations;
    private final List<Integer> pending;
    private final BitSet settled;
    private final int point;

    /// How a state differs from all or nothing of each operation.
    private enum Fill {
        WHOLE, CUT, ZEROS, GARBAGE
    }

    /// One write that is there in part: the first `keep` bytes as written, the rest as `fill` says.
    private record Torn(int operation, int keep, Fill fill) {}

    /// One possible disk.
    public final class State {
        private final BitSet persisted;
        private final @Nullable Torn torn;
        private final boolean lengthsOnly;

        private State(BitSet persisted, @Nullable Torn torn, boolean lengthsOnly) {
            this.persisted = persisted;
            this.torn = torn;
            this.lengthsOnly = lengthsOnly;
        }

        /// The disk after the power is back. Everything on it is on stable storage.
        public CrashVfs restart() {
            DiskImage image = disk.base();
            Map<Path, Integer> names = new HashMap<>(image.entries());
            for (int i = 0; i < point; i++) {
                DiskOperation operation = operations.get(i);
                int renamed = follow(names, operation);
                if (settled.get(i) || persisted.get(i)) {
                    persist(image, i, operation, renamed);
                }
            }
            image.dropUnreachable(disk.root());
            return new CrashVfs(disk.root(), image, List.of(), disk.nextFile());
        }

        private void persist(DiskImage image, int index, DiskOperation operation, int renamed) {
            if (operation instanceof DiskOperation.Rename(Path from, Path to)) {
                image.rename(from, to, renamed);
            } else if (operation instanceof DiskOperation.Write(int file, long offset, byte[] bytes) && !settled.get(index)) {
                byte[] reached = reached(index, bytes);
                image.apply(new DiskOperation.Write(file, offset, reached));
            } else {
                image.apply(operation);
            }
        }

        private byte[] reached(int index, byte[] bytes) {
            if (lengthsOnly) {
                return new byte[bytes.length];
            }
            if (torn == null || torn.operation != index) {
                return bytes;
            }
            byte[] reached = Arrays.copyOf(bytes, torn.fill == Fill.CUT ? torn.keep : bytes.length);
            for (int i = torn.keep; i < reached.length; i++) {
                reached[i] = torn.fill == Fill.ZEROS ? 0 : (byte) (i * 31 + index);
            }
            return reached;
        }

        @Override
        public String toString() {
            return "power cut after operation " + point + " of " + operations.size() + ", unsettled " + pending
                    + ", of these there "
                    + persisted + (torn == null ? "" : ", " + torn) + (lengthsOnly ? ", lengths without bytes" : "");
        }
    }

    /// @param point how many operations came before the cut, 0 to all
    public PowerCuts(CrashVfs disk, int point) {
        this.disk = disk;
        this.operations = disk.operations().subList(0, point);
        this.point = point;
        this.settled = new BitSet();
        this.pending = new ArrayList<>();
        classify();
    }

    /// All states of the kinds above, without doubles of one kind.
    ///
    /// @param randomChoices how many random choices among the unsettled operations
    public List<State> states(int randomChoices, RandomGenerator random) {
        Set<BitSet> choices = new HashSet<>();
        List<State> states = new ArrayList<>();
        BitSet all = new BitSet();
        pending.forEach(all::set);
        add(states, choices, new BitSet());
        add(states, choices, all);
        for (int index : picks(random)) {
            BitSet alone = new BitSet();
            alone.set(index);
            add(states, choices, alone);
            BitSet without = (BitSet) all.clone();
            without.clear(index);
            add(states, choices, without);
        }
        for (int i = 0; i < randomChoices && pending.size() > 2; i++) {
            BitSet some = new BitSet();
            pending.stream().filter(_ -> random.nextBoolean()).forEach(some::set);
            add(states, choices, some);
        }
        addTorn(states, all);
        return states;
    }

    private void add(List<State> states, Set<BitSet> choices, BitSet choice) {
        if (choices.add(choice)) {
            states.add(new State(choice, null, false));
        }
    }

    private List<Integer> picks(RandomGenerator random) {
        if (pending.size() <= EXHAUSTIVE) {
            return pending;
        }
        List<Integer> picks = new ArrayList<>();
        random.ints(EXHAUSTIVE, 0, pending.size()).forEach(i -> picks.add(pending.get(i)));
        return picks;
    }

    private void addTorn(List<State> states, BitSet all) {
        for (int i = pending.size() - 1; i >= 0; i--) {
            int index = pending.get(i);
            if (operations.get(index) instanceof DiskOperation.Write write) {
                states.add(new State(all, null, true));
                for (int keep : cuts(write.bytes().length)) {
                    for (Fill fill : List.of(Fill.CUT, Fill.ZEROS, Fill.GARBAGE)) {
                        states.add(new State(all, new Torn(index, keep, fill), false));
                    }
                }
                return;
            }
        }
    }

    private static Set<Integer> cuts(int length) {
        Set<Integer> cuts = new HashSet<>(List.of(0, 1, length / 2, length - 1));
        for (int border : BORDERS) {
            for (int n = 1; n <= 3 && n * border < length; n++) {
                cuts.add(n * border);
            }
        }
        cuts.removeIf(cut -> cut < 0 || cut >= length);
        return cuts;
    }

    /// Finds out, walking backwards, what a later force or sync has settled.
    private void classify() {
        Set<Integer> forced = new HashSet<>();
        Set<Path> synced = new HashSet<>();
        for (int i = point - 1; i >= 0; i--) {
            switch (operations.get(i)) {
                case DiskOperation.Force(int file) -> forced.add(file);
                case DiskOperation.FailedForce(int file) -> forced.remove(file);
                case DiskOperation.SyncDirectory(Path path) -> synced.add(path);
                case DiskOperation.Write(int file, _, _) -> classify(i, forced.contains(file));
                case DiskOperation.Truncate(int file, _) -> classify(i, forced.contains(file));
                case DiskOperation.CreateDirectory(Path path) -> classify(i, synced.contains(parent(path)));
                case DiskOperation.CreateFile(Path path, _) -> classify(i, synced.contains(parent(path)));
                case DiskOperation.Rename(Path from, _) -> classify(i, synced.contains(parent(from)));
                case DiskOperation.Delete(Path path) -> classify(i, synced.contains(parent(path)));
                case DiskOperation.Mark _ -> {
                }
            }
        }
        pending.sort(null);
    }

    private void classify(int index, boolean isSettled) {
        if (isSettled) {
            settled.set(index);
        } else {
            pending.add(index);
        }
    }

    private static Path parent(Path path) {
        return Objects.requireNonNull(path.getParent());
    }

    /// Keeps track of which file a name meant when the operation was made; for a rename, that file.
    private static int follow(Map<Path, Integer> names, DiskOperation operation) {
        return switch (operation) {
            case DiskOperation.CreateFile(Path path, int file) -> {
                names.put(path, file);
                yield file;
            }
            case DiskOperation.Rename(Path from, Path to) -> {
                int file = Objects.requireNonNull(names.remove(from));
                names.put(to, file);
                yield file;
            }
            case DiskOperation.Delete(Path path) -> {
                names.remove(path);
                yield DiskImage.DIRECTORY;
            }
            case DiskOperation.CreateDirectory _,DiskOperation.Write _,DiskOperation.Truncate _,DiskOperation.Force _,DiskOperation.FailedForce _,DiskOperation.SyncDirectory _,DiskOperation.Mark _ ->
                DiskImage.DIRECTORY;
        };
    }
}
