package dev.kith.torture.crash;

import dev.kith.torture.kit.Children;
import dev.kith.torture.kit.Folders;
import dev.kith.torture.kit.Opener;
import dev.kith.torture.run.Session;
import dev.kith.torture.run.Torture;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// A torture that finds nothing proves nothing unless it finds a fault that is there. Each of these breaks one sync, order or
/// checksum of the database in its compiled classes and runs, in a process of its own, the torture that must notice. (Those of
/// the log and of the container alone are in the tests of storage-mmap.) A turn is one mutant.
public final class Mutants implements Torture {
    private static final String ENGINE = "dev.kith.internal.engine.";
    private static final String INDEX = "dev.kith.internal.index.";
    private static final String STORAGE = "dev.kith.storage.";
    private static final String MAIN = "dev.kith.torture.Main";
    private static final String STATES = "4000";
    private static final long MINUTES_EACH = 15;

    private static final List<Mutant> ALL = List.of(
            new Mutant("log records are not forced", STORAGE + "LogFileWriter", "force", "VfsFile", "force", "crashpoints"),
            new Mutant("a write is acknowledged without waiting for the log", ENGINE + "WritePath", "apply", "WriteAheadLog",
                    "awaitDurable", "crashpoints"),
            new Mutant("what a kill left in the folder is not settled", ENGINE + "EngineDatabase", "settle", "Vfs",
                    "syncDirectory",
                    "crashpoints"),
            new Mutant("the newest commit is trusted before its name is durable", ENGINE + "Segments", "readCommitted",
                    "VfsDirectory",
                    "syncMetaData", "crashpoints"),
            new Mutant("segment files are not forced", INDEX + "VfsDirectory", "sync", "VfsFile", "force", "crashpoints"),
            new Mutant("a commit's name is not synced", INDEX + "VfsDirectory", "syncMetaData", "Vfs", "syncDirectory",
                    "crashpoints"),
            new Mutant("files of a commit go before its name does", INDEX + "VfsDirectory", "deleteFile", "Vfs", "syncDirectory",
                    "crashpoints"),
            new Mutant("catalog and schemas are not forced", ENGINE + "SmallFiles", "replace", "VfsFile", "force", "crashpoints"),
            new Mutant("the catalog's name is not synced", ENGINE + "SmallFiles", "replace", "Vfs", "syncDirectory",
                    "crashpoints"),
            new Mutant("a collection is listed before its folder is durable", ENGINE + "EngineDatabase", "createCollection",
                    "Vfs",
                    "syncDirectory", "crashpoints"),
            new Mutant("replay forgets deletions", ENGINE + "Replay$Part", "apply", "Segments", "delete", "crashpoints"),
            new Mutant("replay forgets writes that replace", ENGINE + "Replay$Part", "apply", "Segments", "replace",
                    "crashpoints"),
            new Mutant("replay forgets new records", ENGINE + "Replay$Part", "apply", "Segments", "add", "crashpoints"),
            new Mutant("replay takes every id for a new one", ENGINE + "Replay$Part", "apply", "IdLookup", "find", "crashpoints"),
            new Mutant("new log files are not synced", STORAGE + "LogFileWriter", "publish", "Vfs", "syncDirectory",
                    "crashpoints"));

    @Override
    public String about() {
        return "breaks each sync and order of the database in turn: the crash points must notice every one";
    }

    @Override
    public long fewTurns() {
        return ALL.size();
    }

    @Override
    public void run(Session session) throws Exception {
        Children children = Children.rehearsed(session.folder().resolve("classes"), Opener.class,
                session.folder().resolve("rehearsal").toString());
        for (long turn = session.nextTurn(); turn >= 0 && turn < ALL.size(); turn = session.nextTurn()) {
            one(session, children, ALL.get((int) turn));
        }
    }

    private static void one(Session session, Children children, Mutant mutant) throws IOException, InterruptedException {
        Path folder = session.folder().resolve("mutant");
        Folders.delete(folder);
        mutant.write(folder.resolve("classes"));
        Files.createDirectories(folder.resolve("work"));
        long start = System.nanoTime();
        Path log = folder.resolve("output");
        Process process = children.startWith(folder.resolve("classes"), MAIN, mutant.torture(), "--count", STATES, "--seed",
                Long.toString(session.seed()), "--violations", "1", "--threads", Integer.toString(session.threads()), "--folder",
                folder.resolve("work").toString())
                .redirectErrorStream(true).redirectOutput(log.toFile()).start();
        boolean ended = process.waitFor(MINUTES_EACH, TimeUnit.MINUTES);
        if (!ended) {
            process.toHandle().destroyForcibly();
            process.waitFor();
        }
        String output = Files.readString(log, StandardCharsets.UTF_8);
        long seconds = TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - start);
        if (ended && process.exitValue() == 1 && output.contains("VIOLATION")) {
            int at = output.indexOf("VIOLATION");
            session.note(mutant.what() + ": noticed after " + seconds + " s as "
                    + output.substring(at, Math.min(output.length(), at + 160)).replace('\n', ' '));
            session.count("mutants noticed", 1);
        } else {
            session.violation(
                    "not noticed by " + mutant.torture() + " in " + seconds + " s: " + mutant.what() + "; its last words: "
                            + output.substring(Math.max(0, output.length() - 500)));
        }
    }
}
