package dev.kith.cli;

import dev.kith.Database;
import dev.kith.SnapshotReport;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(name = "snapshot", mixinStandardHelpOptions = true, description = "Takes a snapshot of a database that no other process has open.")
final class SnapshotCommand implements Callable<Integer> {
    @Spec CommandSpec spec;
    @Mixin Target target;
    @Parameters(paramLabel = "SNAPSHOT", description = "Folder of the snapshot; not there yet.") Path snapshot;
    @Option(names = "--since", paramLabel = "SNAPSHOT", description = "An earlier snapshot, whose unchanged files are shared.")
    @Nullable Path earlier;

    @Override
    public Integer call() {
        try (Database database = target.openExisting()) {
            SnapshotReport report = earlier == null ? database.snapshot(snapshot) : database.snapshot(snapshot, earlier);
            spec.commandLine().getOut().printf("%s: %,d files, %,d bytes, %,d files shared%n", report.folder(), report.files(),
                    report.bytes(), report.linkedFiles());
        }
        return 0;
    }
}
