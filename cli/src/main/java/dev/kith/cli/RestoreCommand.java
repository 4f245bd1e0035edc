package dev.kith.cli;

import dev.kith.Kith;
import dev.kith.SnapshotReport;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(name = "restore", mixinStandardHelpOptions = true, description = "Makes a database of a snapshot, comparing every byte with its manifest; without FOLDER only compares.")
final class RestoreCommand implements Callable<Integer> {
    @Spec CommandSpec spec;
    @Parameters(index = "0", paramLabel = "SNAPSHOT", description = "A folder that `kith snapshot` made.") Path snapshot;
    @Parameters(index = "1", arity = "0..1", paramLabel = "FOLDER", description = "Folder of the database; not there yet, or empty.")
    @Nullable Path folder;

    @Override
    public Integer call() {
        SnapshotReport report = folder == null ? Kith.verifySnapshot(snapshot) : Kith.restore(snapshot, folder);
        spec.commandLine().getOut().printf("%s: %,d files, %,d bytes, all as the manifest says%n", report.folder(),
                report.files(),
                report.bytes());
        return 0;
    }
}
