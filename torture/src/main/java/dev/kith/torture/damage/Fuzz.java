package dev.kith.torture.damage;

import com.sun.management.ThreadMXBean;
import dev.kith.torture.kit.Parallel;
import dev.kith.torture.run.Session;
import dev.kith.torture.run.Torture;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// Hands mutated bytes to everything that reads bytes or text from outside. Each must be taken or refused in its documented way,
/// within two seconds, without allocating out of proportion to the input. A turn is one input.
public final class Fuzz implements Torture {
    private static final int STRIDE = 20_000;
    private static final long SLOW_NANOS = TimeUnit.SECONDS.toNanos(2);
    private static final long MOST_ALLOCATED = 8 << 20;

    @Override
    public String about() {
        return "mutated bytes, with their checksums put right, for every parser: taken, or refused as documented";
    }

    @Override
    public long fewTurns() {
        return 400_000;
    }

    @Override
    public void run(Session session) throws Exception {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        Parallel.run(session.threads(), thread -> {
            List<Parsers.Target> targets = weighted(Parsers.all(new Random(session.seed() + thread)));
            for (long round = 0; session.goOn(); round++) {
                SplittableRandom random = new SplittableRandom(session.seed() * 31 + round * session.threads() + thread);
                round(session, targets, random, threads);
            }
        });
    }

    private static List<Parsers.Target> weighted(List<Parsers.Target> targets) {
        List<Parsers.Target> all = new ArrayList<>();
        for (Parsers.Target target : targets) {
            for (int i = 0; i < target.share(); i++) {
                all.add(target);
            }
        }
        return all;
    }

    /// Many inputs between two looks at the clock and the counts.
    private static void round(Session session, List<Parsers.Target> targets, SplittableRandom random, ThreadMXBean threads) {
        Parsers.Target target = targets.get(random.nextInt(targets.size()));
        ByteMutator mutator = new ByteMutator(random);
        long turns = session.takeTurns(STRIDE);
        long taken = 0;
        long most = 0;
        for (long i = 0; i < turns; i++) {
            byte[] input = mutator.mutate(target.samples());
            byte[] kept = input.clone();
            Run run = run(target, input, threads);
            for (int again = 0; again < 3 && run.wrong == null && run.nanos > SLOW_NANOS; again++) {
                run = run(target, kept.clone(), threads); // a busy machine stops a thread for longer than that
            }
            taken += run.taken ? 1 : 0;
            String wrong = run.wrong == null ? tooMuch(run.nanos, run.allocated, kept.length) : run.wrong;
            if (wrong != null) {
                if (!session.goOn()) {
                    break;
                }
                session.violation(target.name() + ": " + wrong + "; input " + Base64.getEncoder().encodeToString(kept));
            }
            most = Math.max(most, run.allocated);
        }
        session.peak("bytes allocated for one input", most);
        session.count(target.name() + ": inputs", turns);
        session.count(target.name() + ": taken", taken);
    }

    /// What came of one input.
    private record Run(boolean taken, long nanos, long allocated, @Nullable String wrong) {}

    private static Run run(Parsers.Target target, byte[] input, ThreadMXBean threads) {
        long allocated = threads.getCurrentThreadAllocatedBytes();
        long start = System.nanoTime();
        boolean taken = false;
        String wrong = null;
        try {
            taken = target.parse().taken(input);
        } catch (Throwable e) {
            wrong = e + " at " + Arrays.stream(e.getStackTrace()).limit(8).toList();
        }
        long nanos = System.nanoTime() - start;
        return new Run(taken, nanos, threads.getCurrentThreadAllocatedBytes() - allocated, wrong);
    }

    private static @Nullable String tooMuch(long nanos, long allocated, int bytes) {
        if (nanos > SLOW_NANOS) {
            return TimeUnit.NANOSECONDS.toMillis(nanos) + " ms";
        }
        return allocated > MOST_ALLOCATED + 256L * bytes ? allocated + " bytes allocated for " + bytes : null;
    }
}
