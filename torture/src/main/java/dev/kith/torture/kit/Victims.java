package dev.kith.torture.kit;

import dev.kith.Database;
import dev.kith.Kith;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.logging.Level;
import java.util.logging.Logger;

/// The process that is killed: several databases, each written by a thread of its own, so that one kill, which costs the start
/// of a JVM, hits them all, each at another place of its work.
///
/// Tells, behind the number of the database, `started` before it is opened, `opened` after, the number of each step of its
/// workload when it was acknowledged, and `failed` with the reason if anything was thrown.
///
/// Arguments: `true` if they must survive power cuts, the step before which all are closed and the process ends, and for each
/// database its folder, its workload and its first step.
public final class Victims {
    /// Arguments before those of the first database, and arguments of each.
    private static final int FIRST = 2;
    private static final int EACH = 3;
    private static final Logger LUCENE = Logger.getLogger("org.apache.lucene"); // held: loggers are weakly referenced

    private Victims() {}

    /// Runs until it is killed, or its pipe breaks because its parent was.
    public static void main(String[] args) throws Exception {
        LUCENE.setLevel(Level.SEVERE);
        boolean powerCuts = Boolean.parseBoolean(args[0]);
        long end = Long.parseLong(args[1]);
        Parallel.run((args.length - FIRST) / EACH, number -> {
            int at = FIRST + number * EACH;
            Workload workload = Workload.of(args[at + 1]);
            try {
                work(number, Path.of(args[at]), workload, powerCuts, Long.parseLong(args[at + 2]), end);
            } catch (RuntimeException | Error e) {
                System.out.println(number + " failed " + e);
                throw e;
            }
        });
    }

    private static void work(int number, Path folder, Workload workload, boolean powerCuts, long first, long end) {
        PrintStream out = System.out;
        out.println(number + " started");
        try (Database database = Kith.open(folder, workload.options(powerCuts))) {
            out.println(number + " opened");
            for (long i = first; i < end && !out.checkError(); i++) {
                Workload.apply(workload.step(i), database);
                out.println(number + " " + i);
            }
        }
    }
}
