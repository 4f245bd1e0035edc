package dev.kith.bench.harness;

import dev.kith.bench.engine.AcceptSet;
import dev.kith.bench.engine.Engines;
import dev.kith.bench.engine.SearchSetting;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// The parent's end of one engine's process. Not thread-safe.
public final class WorkerProcess implements AutoCloseable {
    private static final int TAIL_LINES = 15;
    private final String engine;
    private final Process process;
    private final Path log;
    private final DataOutputStream out;
    private final DataInputStream in;

    private WorkerProcess(String engine, Process process, Path log) {
        this.engine = engine;
        this.process = process;
        this.log = log;
        this.out = new DataOutputStream(new BufferedOutputStream(process.getOutputStream()));
        this.in = new DataInputStream(new BufferedInputStream(process.getInputStream()));
    }

    /// Starts a fresh JVM for the engine.
    public static WorkerProcess start(String engine, WorkerOptions options, boolean pinned) throws IOException {
        Files.createDirectories(options.logs());
        Path log = options.logs().resolve(engine + ".log");
        List<String> command = options.command(Engines.byName(engine).jvmOptions(), pinned);
        Process process = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.appendTo(log.toFile())).start();
        return new WorkerProcess(engine, process, log);
    }

    /// How long a build took.
    ///
    /// @param cpuNanos of the whole process, collector and compiler included
    public record Built(long wallNanos, long cpuNanos) {}

    /// Builds the index.
    public Built build(Task task) throws IOException {
        out.writeByte(Worker.Request.BUILD.ordinal());
        task.write(out);
        reply("build");
        return new Built(in.readLong(), in.readLong());
    }

    /// How an index was opened.
    ///
    /// @param simd whether Kith's SIMD kernels are the ones that run in that process
    public record Opened(long nanos, boolean simd) {}

    /// Opens the index.
    public Opened open(Task task) throws IOException {
        out.writeByte(Worker.Request.OPEN.ordinal());
        task.write(out);
        reply("open");
        return new Opened(in.readLong(), in.readBoolean());
    }

    /// Opens the index, asks it from the first moment on and closes it. Must be the first request of a process.
    public ColdStart cold(Task task, ColdRequest request) throws IOException {
        out.writeByte(Worker.Request.COLD.ordinal());
        task.write(out);
        request.write(out);
        reply("start from cold");
        return ColdStart.read(in);
    }

    /// Sets the filter of all searches to come; null takes it away.
    public void filter(@Nullable AcceptSet accept) throws IOException {
        out.writeByte(Worker.Request.FILTER.ordinal());
        out.writeUTF(accept == null ? "" : accept.name());
        out.writeUTF(accept == null || accept.order() == null ? "" : accept.order());
        out.writeInt(accept == null ? 0 : accept.size());
        if (accept != null) {
            for (int i = 0; i < (accept.size() + 63) >>> 6; i++) {
                out.writeLong(accept.words()[i]);
            }
        }
        reply("filter");
    }

    /// How warm-up ended: see [QueryLoop.WarmUp].
    public record Warmed(long nanos, boolean steady, boolean slow) {}

    /// Warms until steady or until the limit.
    public Warmed warm(List<SearchSetting> settings, int k, long windowNanos, long limitNanos) throws IOException {
        out.writeByte(Worker.Request.WARM.ordinal());
        out.writeInt(k);
        out.writeLong(windowNanos);
        out.writeLong(limitNanos);
        out.writeInt(settings.size());
        for (SearchSetting setting : settings) {
            out.writeInt(setting.effort());
            out.writeInt(setting.rerank());
            out.writeUTF(setting.text());
        }
        reply("warm");
        return new Warmed(in.readLong(), in.readBoolean(), in.readBoolean());
    }

    /// Measures one setting.
    public RunResult run(RunRequest request) throws IOException {
        out.writeByte(Worker.Request.RUN.ordinal());
        request.write(out);
        reply("run");
        return RunResult.read(in);
    }

    /// Where the index's bytes are.
    public Memory memory() throws IOException {
        out.writeByte(Worker.Request.MEMORY.ordinal());
        reply("memory");
        return Memory.read(in);
    }

    private void reply(String request) throws IOException {
        int status;
        try {
            out.flush();
            status = in.read();
        } catch (IOException e) {
            throw died(request);
        }
        if (status < 0) {
            throw died(request);
        }
        if (status == Worker.FAILED) {
            throw new WorkerFailedException(engine + ": " + request + " failed: " + in.readUTF());
        }
    }

    private WorkerFailedException died(String request) throws IOException {
        String end = "still running";
        try {
            if (process.waitFor(5, TimeUnit.SECONDS)) {
                end = "exit code " + process.exitValue();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        List<String> lines = Files.exists(log) ? Files.readAllLines(log) : List.of();
        String tail = String.join("\n  ", lines.subList(Math.max(0, lines.size() - TAIL_LINES), lines.size()));
        return new WorkerFailedException(engine + ": process ended during " + request + " (" + end + ")\n  " + tail);
    }

    /// Lets the process end, or ends it.
    @Override
    public void close() {
        try {
            out.close();
            if (process.waitFor(5, TimeUnit.SECONDS)) {
                return;
            }
        } catch (IOException e) {
            // It is gone already; the failing request has said so.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        process.destroyForcibly();
    }
}
