package dev.kith.torture.kit;

import dev.kith.Database;
import dev.kith.Kith;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.logging.Level;
import java.util.logging.Logger;

/// The process that is killed. Tells `started` before it opens the database, `opened` after, and then the number of each step
/// of a workload when it was acknowledged.
///
/// Arguments: folder, workload, `true` if it must survive power cuts, first step, and optionally the step before which it
/// closes the database and ends.
public final class Victim {
    private static final Logger LUCENE = Logger.getLogger("org.apache.lucene"); // held: loggers are weakly referenced

    private Victim() {}

    /// Runs until it is killed, or its pipe breaks because its parent was.
    public static void main(String[] args) {
        LUCENE.setLevel(Level.SEVERE);
        PrintStream out = System.out;
        Workload workload = Workload.of(args[1]);
        long end = args.length > 4 ? Long.parseLong(args[4]) : Long.MAX_VALUE;
        out.println("started");
        try (Database database = Kith.open(Path.of(args[0]), workload.options(Boolean.parseBoolean(args[2])))) {
            out.println("opened");
            for (long i = Long.parseLong(args[3]); i < end && !out.checkError(); i++) {
                Workload.apply(workload.step(i), database);
                out.println(i);
            }
        }
    }
}
