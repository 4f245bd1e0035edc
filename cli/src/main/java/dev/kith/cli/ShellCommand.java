package dev.kith.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jline.reader.EndOfFileException;
import org.jline.reader.LineReader;
import org.jline.reader.LineReaderBuilder;
import org.jline.reader.ParsedLine;
import org.jline.reader.UserInterruptException;
import org.jline.terminal.Terminal;
import org.jline.terminal.TerminalBuilder;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import picocli.shell.jline3.PicocliJLineCompleter;

@Command(name = "shell", mixinStandardHelpOptions = true, description = {
        "Reads commands line by line, with completion (Tab) and history (arrow up, Ctrl-R); 'exit' or Ctrl-D ends it.",
        "--db and --collection given here hold for every command that does not say otherwise."})
final class ShellCommand implements Callable<Integer> {
    @Spec CommandSpec spec;
    @Option(names = {"-d", "--db"}, paramLabel = "FOLDER", description = "Database of the commands.")
    @Nullable Path folder;
    @Option(names = {"-c", "--collection"}, paramLabel = "NAME", description = "Collection of the commands.")
    @Nullable String collection;
    @Option(names = "--history", paramLabel = "FILE", description = "Where history is kept; default .kith_history in your home.")
    @Nullable Path history;

    @Override
    public Integer call() throws IOException {
        CommandLine commands = Main.commandLine();
        Path kept = history == null ? Path.of(System.getProperty("user.home"), ".kith_history") : history;
        int last = 0;
        try (Terminal terminal = TerminalBuilder.builder().dumb(true).build()) {
            LineReader reader = LineReaderBuilder.builder().terminal(terminal).appName("kith")
                    .completer(new PicocliJLineCompleter(commands.getCommandSpec()))
                    // or the != of a filter would be looked for in the history
                    .option(LineReader.Option.DISABLE_EVENT_EXPANSION, true)
                    .variable(LineReader.HISTORY_FILE, kept).build();
            while (true) {
                String line;
                try {
                    line = reader.readLine("kith> ");
                } catch (UserInterruptException e) {
                    continue; // Ctrl-C gives up the line
                } catch (EndOfFileException e) {
                    return last;
                }
                ParsedLine parsed = reader.getParsedLine();
                List<String> words = parsed.words().stream().filter(w -> !w.isEmpty()).toList();
                if (words.isEmpty()) {
                    continue;
                }
                if (words.getFirst().equals("exit") || words.getFirst().equals("quit")) {
                    return last;
                }
                if (words.getFirst().equals("shell")) {
                    spec.commandLine().getErr().println("kith: this is the shell");
                    continue;
                }
                last = Main.run(withDefaults(commands, words));
                assert !line.isEmpty();
            }
        }
    }

    /// The words, and the shell's database and collection where the command takes them and the words do not name any.
    private String[] withDefaults(CommandLine commands, List<String> words) {
        List<String> all = new ArrayList<>(words);
        CommandLine command = commands.getSubcommands().get(words.getFirst());
        if (command != null) {
            add(all, command, folder == null ? null : folder.toString(), "--db", "-d");
            add(all, command, collection, "--collection", "-c");
        }
        return all.toArray(String[]::new);
    }

    private static void add(List<String> words, CommandLine command, @Nullable String value, String option, String shortOption) {
        boolean given = words.stream().anyMatch(w -> w.equals(option) || w.startsWith(option + "=") || w.startsWith(shortOption));
        if (value != null && !given && command.getCommandSpec().findOption(option) != null) {
            words.add(option);
            words.add(value);
        }
    }
}
