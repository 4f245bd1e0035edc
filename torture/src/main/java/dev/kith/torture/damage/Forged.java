package dev.kith.torture.damage;

import com.sun.management.ThreadMXBean;
import dev.kith.Database;
import dev.kith.InvalidInputException;
import dev.kith.Kith;
import dev.kith.KithException;
import dev.kith.core.ListKernels;
import dev.kith.core.VectorKernels;
import dev.kith.torture.kit.Folders;
import dev.kith.torture.kit.Parallel;
import dev.kith.torture.run.Session;
import dev.kith.torture.run.Torture;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// Whole databases with a file that lies: numbers of one of Kith's own files are changed (catalog, schema, log, vectors, graph,
/// inverted lists, and through the log sparse and multi-vectors) and every checksum is put right, so that only what the numbers
/// mean can give the forgery away. The database is opened, asked everything and verified: answers may differ, as the
/// data does, but what is thrown is typed, nothing hangs, and memory stays in proportion. A turn is one forged file.
public final class Forged implements Torture {
    private static final int MOST_CHANGES = 4;
    private static final long HANG_SECONDS = 120;
    private static final long MOST_ALLOCATED = 256 << 20;
    private static final int TRIES = 4;
    private static final long[] AWKWARD = {0, 1, -1, 2, 3, 7, 8, 63, 64, 65, 127, 128, 255, 256, 1 << 15, 1 << 16, 1 << 24,
            1 << 30,
            Integer.MAX_VALUE, Integer.MIN_VALUE, 1L << 32, 1L << 40, Long.MAX_VALUE, Long.MIN_VALUE, 0x7fc00000, 0x7f800000};

    @Override
    public String about() {
        return "databases whose files lie with right checksums: typed errors, no hang, no crash, no memory out of proportion";
    }

    @Override
    public long fewTurns() {
        return 100;
    }

    @Override
    public void run(Session session) throws Exception {
        Map<String, byte[]> sound = RichStore.files(session.folder().resolve("sound"), session.seed());
        List<String> names = sound.keySet().stream()
                .filter(name -> ours(name) && sound.getOrDefault(name, new byte[0]).length > 0).toList();
        session.note("files that are forged: " + names);
        Folders.write(session.folder().resolve("warm"), sound);
        session.note("without a lie: " + outcome(session.folder().resolve("warm")));
        VectorKernels.awaitWarm(); // cold kernels allocate, and what is allocated is judged
        ListKernels.awaitWarm();
        Parallel.run(session.threads(), thread -> {
            ExecutorService watched = Executors.newSingleThreadExecutor(r -> Thread.ofPlatform().daemon().unstarted(r));
            for (long turn = session.nextTurn(); turn >= 0; turn = session.nextTurn()) {
                one(session, sound, names, turn, session.folder().resolve("case" + thread), watched);
            }
            watched.shutdown();
        });
    }

    private static boolean ours(String name) {
        return name.endsWith("CATALOG") || name.endsWith("SCHEMA") || name.endsWith(".log") || name.endsWith(".kvec")
                || name.endsWith(".kvix");
    }

    private static void one(Session session, Map<String, byte[]> sound, List<String> names, long turn, Path folder,
            ExecutorService watched) throws IOException, InterruptedException {
        SplittableRandom random = new SplittableRandom(session.seed() * 1_000_003 + turn);
        String name = names.get(random.nextInt(names.size()));
        byte[] forged = sound.getOrDefault(name, new byte[0]).clone();
        for (int i = random.nextInt(MOST_CHANGES); i >= 0; i--) {
            change(forged, random);
        }
        Forge.file(name, forged);
        Map<String, byte[]> files = new TreeMap<>(sound);
        files.put(name, forged);
        String kind = name.substring(Math.max(name.lastIndexOf('/'), name.lastIndexOf('.')) + 1);
        Future<String> outcome = watched.submit((Callable<String>) () -> inProportion(session, files, folder));
        String where = "turn " + turn + ", " + name + ": ";
        try {
            session.count(kind + ": " + outcome.get(HANG_SECONDS, TimeUnit.SECONDS), 1);
        } catch (TimeoutException e) {
            session.violation(where + "hangs");
            throw new IOException("a case hangs, so this thread of the run ends: " + where, e);
        } catch (ExecutionException e) {
            Throwable cause = e.getCause();
            session.violation(where + "undocumented " + cause + " at "
                    + (cause == null ? "" : Arrays.stream(cause.getStackTrace()).limit(10).toList()));
        }
    }

    /// Flips a bit, or puts an awkward number where one could stand: half of the time near a place where a header begins.
    private static void change(byte[] bytes, SplittableRandom random) {
        int at = random.nextInt(bytes.length);
        if (random.nextBoolean()) {
            at = Math.min(bytes.length - 1, at / 64 * 64 + random.nextInt(16) * 4);
        }
        if (random.nextInt(3) == 0) {
            bytes[at] ^= (byte) (1 << random.nextInt(8));
            return;
        }
        long value = AWKWARD[random.nextInt(AWKWARD.length)] + random.nextInt(3) - 1;
        int width = 4 << random.nextInt(2);
        for (int i = 0; i < width && at + i < bytes.length; i++) {
            bytes[at + i] = (byte) (value >>> 8 * i);
        }
    }

    /// What comes of the files. What is allocated is counted of the whole process, which may be compiling code anew at that moment: a lie that
    /// makes readers allocate does so every time.
    private static String inProportion(Session session, Map<String, byte[]> files, Path folder) throws IOException {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long least = Long.MAX_VALUE;
        for (int i = 0; i < TRIES; i++) {
            Folders.write(folder, files);
            long before = threads.getTotalThreadAllocatedBytes();
            String told = outcome(folder);
            least = Math.min(least, threads.getTotalThreadAllocatedBytes() - before);
            if (least <= MOST_ALLOCATED * session.threads()) {
                return told;
            }
        }
        throw new AssertionError(least + " bytes allocated");
    }

    private static String outcome(Path folder) {
        try (Database database = Kith.open(folder, RichStore.OPTIONS)) {
            return asked(database);
        } catch (KithException refused) {
            return "refused by " + refused.getClass().getSimpleName();
        }
    }

    private static String asked(Database database) {
        try {
            RichStore.ask(database);
            return "taken";
        } catch (KithException refused) {
            return "refused in use by " + refused.getClass().getSimpleName();
        } catch (InvalidInputException another) {
            return "taken as another schema, which the questions do not fit";
        }
    }
}
