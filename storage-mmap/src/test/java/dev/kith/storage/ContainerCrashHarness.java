package dev.kith.storage;

import dev.kith.storage.fault.CrashVfs;
import dev.kith.storage.fault.DiskOperation;
import dev.kith.storage.fault.PowerCuts;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.UUID;

/// Writes and deletes segment files on a disk that remembers, then looks at every state that a crash could leave: a file
/// under its own name is whole and as it was written, and a published one is there.
final class ContainerCrashHarness {
    private static final Path ROOT = Path.of("/disk");
    private static final ContainerKind KIND = new ContainerKind("TEST", 1);
    private static final int RANDOM_CHOICES = 8;

    /// From here on the file must be there.
    record Published(String name) {}

    /// From here on it may be gone.
    record Deleting(String name) {}

    /// What a run saw.
    record Result(long states, List<String> violations) {}

    private final long seed;
    private final Random random;
    private final List<String> violations = new ArrayList<>();
    private long states;

    private ContainerCrashHarness(long seed) {
        this.seed = seed;
        this.random = new Random(seed);
    }

    static Result run(long seed, long maxStates) throws IOException {
        ContainerCrashHarness harness = new ContainerCrashHarness(seed);
        CrashVfs disk = new CrashVfs(ROOT);
        harness.workload(disk);
        harness.examine(disk, maxStates);
        return new Result(harness.states, harness.violations);
    }

    /// See [LogCrashHarness#firstViolation].
    static String firstViolation(long firstSeed, int seeds, long maxStatesPerSeed) throws IOException {
        for (long seed = firstSeed; seed < firstSeed + seeds; seed++) {
            List<String> found = run(seed, maxStatesPerSeed).violations();
            if (!found.isEmpty()) {
                return found.getFirst();
            }
        }
        return "";
    }

    private void workload(CrashVfs disk) throws IOException {
        List<String> published = new ArrayList<>();
        for (int i = 0; i < 2 + random.nextInt(3); i++) {
            String name = "segment-" + i + ".kith";
            write(disk, name, random.nextInt(8) == 0);
            if (disk.exists(ROOT.resolve(name))) {
                disk.mark(new Published(name));
                published.add(name);
            }
            if (published.size() > 1 && random.nextBoolean()) {
                String victim = published.removeFirst();
                disk.mark(new Deleting(victim));
                disk.delete(ROOT.resolve(victim));
                disk.syncDirectory(ROOT);
            }
        }
    }

    private void write(Vfs disk, String name, boolean giveUp) throws IOException {
        Random content = new Random(seed * 1000 + name.hashCode());
        try (SegmentFileWriter writer = SegmentFileWriter.create(disk, ROOT.resolve(name), KIND, identity(name))) {
            int sections = content.nextInt(4);
            for (int section = 0; section < sections; section++) {
                byte[] bytes = new byte[content.nextInt(10) == 0 ? 70_000 : content.nextInt(500)];
                content.nextBytes(bytes);
                writer.beginSection(section).write(bytes, 0, bytes.length);
                writer.endSection();
            }
            if (!giveUp) {
                writer.finish();
            }
        }
    }

    private UUID identity(String name) {
        return new UUID(seed, name.hashCode());
    }

    private void examine(CrashVfs disk, long maxStates) throws IOException {
        List<DiskOperation> operations = disk.operations();
        for (int point = 0; point <= operations.size(); point++) {
            Set<String> required = new HashSet<>();
            for (DiskOperation operation : operations.subList(0, point)) {
                switch (operation) {
                    case DiskOperation.Mark(Published(String name)) -> required.add(name);
                    case DiskOperation.Mark(Deleting(String name)) -> required.remove(name);
                    default -> {
                    }
                }
            }
            check(disk.killedAt(point), required, "kill after operation " + point);
            states++;
            for (PowerCuts.State state : new PowerCuts(disk, point).states(RANDOM_CHOICES, random)) {
                check(state.restart(), required, state.toString());
                states++;
                if (states >= maxStates || !violations.isEmpty()) {
                    return;
                }
            }
        }
    }

    private void check(CrashVfs disk, Set<String> required, String where) throws IOException {
        List<String> present = disk.list(ROOT).stream().filter(name -> !name.endsWith(".tmp")).toList();
        for (String name : required) {
            if (!present.contains(name)) {
                violations.add("seed " + seed + ": " + where + ": lost " + name);
            }
        }
        for (String name : present) {
            try (ContainerFile file = ContainerFile.open(disk, ROOT.resolve(name), KIND)) {
                file.container().verify();
                if (!file.container().identity().equals(identity(name))) {
                    violations.add("seed " + seed + ": " + where + ": another file as " + name);
                }
            } catch (StorageException damaged) {
                violations.add("seed " + seed + ": " + where + ": " + damaged.getMessage());
            }
        }
        if (states % 16 == 0) { // what a crash left is no hindrance
            write(disk, "segment-9.kith", false);
            try (Arena arena = Arena.ofConfined()) {
                MemorySegment bytes = disk.map(ROOT.resolve("segment-9.kith"), arena);
                Container.open(bytes, "segment-9.kith", KIND).verify();
            }
        }
    }
}
