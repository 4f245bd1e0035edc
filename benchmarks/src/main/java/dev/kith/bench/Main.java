package dev.kith.bench;

import picocli.CommandLine;
import picocli.CommandLine.Command;

/// The command line of the bench: `./kith bench ...`.
@Command(name = "bench", mixinStandardHelpOptions = true, description = "Measures Kith beside its peers.", subcommands = {
        AnnCommand.class, ChurnCommand.class, ColdCommand.class, DbCommand.class, HybridCommand.class, IngestCommand.class,
        KernelsCommand.class,
        ListsCommand.class, MemoryCommand.class, MergeCommand.class, ObserveCommand.class, RecallCommand.class,
        WritesCommand.class})
public final class Main {
    private Main() {}

    /// Runs a command; the exit code is 0, 1 for a failure, 2 for wrong arguments.
    public static void main(String[] args) {
        System.exit(commandLine().execute(args));
    }

    static CommandLine commandLine() {
        CommandLine line = new CommandLine(new Main());
        line.setCaseInsensitiveEnumValuesAllowed(true);
        line.setExecutionExceptionHandler((e, command, _) -> {
            command.getErr().println("bench: " + (e.getMessage() == null ? e.toString() : e.getMessage()));
            if (System.getenv("KITH_BENCH_TRACE") != null) {
                e.printStackTrace(command.getErr());
            }
            return e instanceof IllegalArgumentException ? 2 : 1;
        });
        return line;
    }
}
