package dev.kith.cli;

import dev.kith.storage.Vfs;
import dev.kith.storage.inspect.Inspector;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(name = "inspect", mixinStandardHelpOptions = true, description = "Prints a container or log file byte for byte, each field named; see docs/format.")
final class InspectCommand implements Callable<Integer> {
    @Spec CommandSpec spec;
    @Parameters(paramLabel = "FILE", description = "A container or log file.") Path file;
    @Option(names = "--content-bytes", defaultValue = "64", description = "Bytes shown of each section or record; default ${DEFAULT-VALUE}.") int contentBytes = Inspector.DEFAULT_CONTENT_BYTES;

    @Override
    public Integer call() throws IOException {
        Inspector.dump(Vfs.local(), file, spec.commandLine().getOut(), contentBytes);
        return 0;
    }
}
