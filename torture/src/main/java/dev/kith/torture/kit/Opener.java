package dev.kith.torture.kit;

import dev.kith.Database;
import dev.kith.Kith;
import java.nio.file.Path;
import java.util.logging.Level;
import java.util.logging.Logger;

/// Opens a database and tells what came of it.
public final class Opener {
    private static final Logger LUCENE = Logger.getLogger("org.apache.lucene"); // held: loggers are weakly referenced

    private Opener() {}

    /// Opens the folder named by the only argument.
    public static void main(String[] args) {
        LUCENE.setLevel(Level.OFF);
        System.out.println(attempt(args[0]));
    }

    /// Opens and closes; gives `opened` or the exception.
    public static String attempt(String folder) {
        try (Database database = Kith.open(Path.of(folder))) {
            return "opened " + database.path();
        } catch (RuntimeException e) {
            return e.toString();
        }
    }
}
