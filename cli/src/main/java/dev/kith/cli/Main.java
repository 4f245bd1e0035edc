package dev.kith.cli;

import dev.kith.InvalidInputException;
import dev.kith.KithException;
import dev.kith.cli.demo.DemoCommand;
import dev.kith.cli.demo.DemoWriterCommand;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.logging.Level;
import java.util.logging.Logger;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ParameterException;

/// The `kith` program. Exit codes: 0 done; 1 done, and the answer is no (a record is missing, damage was found); 2 the
/// command or its input is wrong; 3 a file or database could not be read or written; 70 a fault in Kith.
@Command(name = "kith", mixinStandardHelpOptions = true, versionProvider = Main.Version.class, description = "Embeddable vector database for the JVM.", footer = {
        "",
        "Exit codes: 0 done, 1 the answer is no, 2 wrong input, 3 unreadable file or database, 70 a fault in kith."}, subcommands = {
                DemoCommand.class, CreateCommand.class, ImportCommand.class, SearchCommand.class, WhyNotCommand.class,
                FilterCommand.class, GetCommand.class, DeleteCommand.class,
                StatsCommand.class, VerifyCommand.class, SnapshotCommand.class, RestoreCommand.class, InspectCommand.class,
                GpuCheckCommand.class,
                ExportCommand.class, QualityCommand.class, DriftCommand.class, ShellCommand.class, DemoWriterCommand.class,
                CommandLine.HelpCommand.class})
public final class Main {
    static final int ANSWER_IS_NO = 1;
    static final int WRONG_INPUT = 2;
    static final int UNREADABLE = 3;
    static final int FAULT = 70;

    private static final Logger LUCENE = Logger.getLogger("org.apache.lucene"); // held: loggers are weakly referenced

    Main() {}

    /// Runs one command and ends the process with its exit code.
    public static void main(String[] args) {
        LUCENE.setLevel(Level.WARNING); // its start-up notes are not what a user asked for
        System.exit(run(args));
    }

    /// Runs one command; returns its exit code.
    public static int run(String... args) {
        return commandLine().execute(args);
    }

    /// All commands.
    static CommandLine commandLine() {
        CommandLine commandLine = new CommandLine(new Main()).setCaseInsensitiveEnumValuesAllowed(true);
        commandLine.setExecutionExceptionHandler((failure, command, _) -> {
            String message = failure.getMessage() == null ? failure.toString() : failure.getMessage();
            command.getErr().println(command.getColorScheme().errorText("kith: " + message));
            return switch (failure) {
                case InvalidInputException _,IllegalArgumentException _ -> WRONG_INPUT;
                case KithException _,IOException _,UncheckedIOException _ -> UNREADABLE;
                default -> {
                    failure.printStackTrace(command.getErr());
                    yield FAULT;
                }
            };
        });
        commandLine.setParameterExceptionHandler((ParameterException failure, String[] _) -> {
            CommandLine command = failure.getCommandLine();
            command.getErr().println(command.getColorScheme().errorText("kith: " + failure.getMessage()));
            command.getErr().println("Try: kith help " + command.getCommandName());
            return WRONG_INPUT;
        });
        return commandLine;
    }

    /// The version of the jar this runs from.
    static final class Version implements CommandLine.IVersionProvider {
        @Override
        public String[] getVersion() {
            String version = Main.class.getPackage().getImplementationVersion();
            return new String[]{"kith " + (version == null ? "(not from a jar)" : version)};
        }
    }
}
