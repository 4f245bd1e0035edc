package dev.kith.torture.crash;

import dev.kith.Database;
import dev.kith.Kith;
import dev.kith.torture.kit.Children;
import dev.kith.torture.kit.Folders;
import dev.kith.torture.kit.Judge;
import dev.kith.torture.kit.Victim;
import dev.kith.torture.kit.Workload;
import dev.kith.torture.run.Session;
import dev.kith.torture.run.Skipped;
import dev.kith.torture.run.Torture;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;

/// `strace` lets the N-th call of one system call of a writing process fail, once or from then on, or kills the process at it.
/// What was acknowledged must be there when the database is opened again without it. A turn is one such process.
public final class Syscalls implements Torture {
    private static final List<String> CALLS = List.of("write", "fdatasync", "fsync", "rename", "unlink");
    /// The largest N of each: strace counts each thread's calls by themselves, and the log's thread makes the most.
    private static final List<Integer> MOST = List.of(90, 30, 10, 5, 10);
    private static final List<String> FAULTS = List.of("error=EIO", "error=ENOSPC", "error=EINTR", "signal=KILL");
    private static final int STEPS = 40;
    private static final long MOST_SECONDS = 120;

    @Override
    public String about() {
        return "strace fails or kills at the N-th system call: nothing acknowledged is lost (Linux with strace)";
    }

    @Override
    public long fewTurns() {
        return 8;
    }

    @Override
    public void run(Session session) throws Exception {
        Workload first = new Workload(session.seed(), 40, 40, true);
        Children children = Children.rehearsed(session.folder().resolve("classes"), Victim.class,
                session.folder().resolve("rehearsal").toString(), first.argument(), "true", "0", "20");
        if (!works(session.folder())) {
            throw new Skipped("no strace that may trace and inject here");
        }
        for (long turn = session.nextTurn(); turn >= 0; turn = session.nextTurn()) {
            Random random = new Random(session.seed() * 1_000_003 + turn);
            int which = random.nextInt(CALLS.size());
            String call = CALLS.get(which);
            String fault = FAULTS.get(random.nextInt(FAULTS.size()));
            if (fault.equals("error=EINTR") && !call.equals("write")) {
                fault = "error=EIO"; // the others do not return it
            }
            // a call that is interrupted for ever is begun again for ever, by the JDK
            boolean once = random.nextBoolean() || fault.equals("signal=KILL") || fault.equals("error=EINTR");
            int n = 1 + random.nextInt(MOST.get(which));
            one(session, children, new Workload(session.seed() + turn, 40, 40, true), call, fault + ":when=" + n
                    + (once ? "" : "+"));
        }
    }

    private static boolean works(Path folder) throws InterruptedException {
        try {
            Process process = new ProcessBuilder("strace", "-f", "--seccomp-bpf", "-o", folder.resolve("try").toString(), "-e",
                    "trace=fsync", "-e", "inject=fsync:error=EIO:when=1", "true").redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD).start();
            return process.waitFor(30, TimeUnit.SECONDS) && process.exitValue() == 0;
        } catch (IOException e) {
            return false;
        }
    }

    private static void one(Session session, Children children, Workload workload, String call, String fault)
            throws IOException, InterruptedException {
        Path folder = session.folder().resolve("db");
        Folders.delete(folder);
        Path trace = session.folder().resolve("trace");
        Files.deleteIfExists(trace);
        List<String> command = new ArrayList<>(
                List.of("strace", "-f", "--seccomp-bpf", "-y", "-o", trace.toString(), "-e", "trace=" + call, "-e",
                        "inject=" + call + ":" + fault));
        command.addAll(
                children.command(Victim.class, folder.toString(), workload.argument(), "true", "0", Integer.toString(STEPS)));
        Process child = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
        Judge judge = new Judge(workload);
        try (BufferedReader output = child.inputReader()) {
            for (String line = output.readLine(); line != null; line = output.readLine()) {
                if (line.matches("\\d+")) {
                    judge.acknowledged(Long.parseLong(line));
                }
            }
        }
        if (!child.waitFor(MOST_SECONDS, TimeUnit.SECONDS)) {
            child.descendants().forEach(ProcessHandle::destroyForcibly);
            child.toHandle().destroyForcibly();
            session.violation(workload + ", " + call + ":" + fault + ": hangs");
            return;
        }
        boolean hit = Files.exists(trace) && (Files.readString(trace, StandardCharsets.ISO_8859_1).contains("(INJECTED)")
                || fault.contains("KILL") && child.exitValue() != 0);
        session.count("processes", 1);
        session.count("hit by " + call + " " + fault.substring(0, fault.indexOf(':')), hit ? 1 : 0);
        session.count("steps acknowledged", judge.next());
        try (Database database = Kith.open(folder, workload.options(true))) {
            String wrong = judge.wrong(database, 1);
            if (wrong == null) {
                wrong = judge.wrongAnswers(database, new Random(workload.seed()));
            }
            if (wrong != null) {
                session.violation(workload + ", " + call + ":" + fault + ": " + wrong);
            }
        } catch (RuntimeException e) {
            session.violation(workload + ", " + call + ":" + fault + ": " + e);
        }
    }
}
