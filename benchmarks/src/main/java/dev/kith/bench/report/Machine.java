package dev.kith.bench.report;

import dev.kith.core.VectorKernels;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;

/// The machine in words, without its name, and the revision of the sources.
public final class Machine {
    private static final List<String> TELLING_FLAGS = List.of("avx2", "avx512f", "avx512_vnni", "avx512vbmi",
            "avx512_vpopcntdq", "avx512_bf16", "asimd", "sve");

    private Machine() {}

    /// Processor, cores, memory, system and JVM, one fact a line.
    public static List<String> facts() throws IOException {
        List<String> facts = new ArrayList<>();
        String model = System.getProperty("os.arch");
        Set<String> flags = new TreeSet<>();
        Path cpuinfo = Path.of("/proc/cpuinfo");
        if (Files.exists(cpuinfo)) {
            List<String> lines = Files.readAllLines(cpuinfo);
            model = value(lines, "model name", model) + " (family " + value(lines, "cpu family", "?") + ", model "
                    + value(lines, "model", "?") + ")";
            for (String flag : value(lines, "flags", "").split(" ")) {
                if (TELLING_FLAGS.contains(flag)) {
                    flags.add(flag);
                }
            }
        }
        facts.add("Processor: " + model + ", " + Runtime.getRuntime().availableProcessors() + " cores"
                + (flags.isEmpty() ? "" : ", " + String.join(" ", flags)));
        Path meminfo = Path.of("/proc/meminfo");
        if (Files.exists(meminfo)) {
            long kilobytes = Long.parseLong(value(Files.readAllLines(meminfo), "MemTotal", "0").replaceAll("\\D+", ""));
            facts.add("Memory: " + Math.round(kilobytes / 1048576.0) + " GiB");
        }
        facts.add("System: " + System.getProperty("os.name") + " " + System.getProperty("os.arch"));
        facts.add("JVM: " + System.getProperty("java.vm.vendor") + " " + System.getProperty("java.vm.version") + ", "
                + (VectorKernels.simd() ? "Vector API on" : "Vector API off"));
        return facts;
    }

    private static String value(List<String> lines, String key, String otherwise) {
        return lines.stream().filter(l -> l.matches(key + "\\s*:.*")).map(l -> l.substring(l.indexOf(':') + 1).strip())
                .findFirst().orElse(otherwise);
    }

    /// The short commit of the sources, with `+` if they were changed since; empty outside a checkout.
    public static String commit() {
        String home = System.getProperty("kith.home", ".");
        String head = git(home, "rev-parse", "--short", "HEAD");
        return head.isEmpty() ? "" : head + (git(home, "status", "--porcelain", "-uno").isEmpty() ? "" : "+");
    }

    private static String git(String home, String... arguments) {
        List<String> command = new ArrayList<>(List.of("git", "-C", home));
        command.addAll(List.of(arguments));
        try {
            Process process = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
            String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
            return process.waitFor(10, TimeUnit.SECONDS) && process.exitValue() == 0 ? text : "";
        } catch (IOException e) {
            return ""; // no git here: the column stays empty
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return "";
        }
    }
}
