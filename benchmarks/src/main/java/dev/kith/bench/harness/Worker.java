package dev.kith.bench.harness;

import dev.kith.bench.data.VectorSet;
import dev.kith.bench.engine.AcceptSet;
import dev.kith.bench.engine.Engine;
import dev.kith.bench.engine.Engines;
import dev.kith.bench.engine.OpenedIndex;
import dev.kith.bench.engine.SearchSetting;
import dev.kith.core.ListKernels;
import dev.kith.core.VectorKernels;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The engine's process. Reads requests from standard input, answers on standard output; whatever libraries print goes to
/// standard error. Ends when its input ends.
public final class Worker {
    /// What can be asked. Each request is its ordinal as a byte, then its fields.
    enum Request {
        BUILD, OPEN, FILTER, WARM, RUN, MEMORY, COLD
    }

    static final int OK = 0;
    static final int FAILED = 1;

    private final DataInputStream in;
    private final DataOutputStream out;
    private @Nullable QueryLoop loop;
    private @Nullable OpenedIndex index;
    private List<Path> files = List.of();

    private Worker(DataInputStream in, DataOutputStream out) {
        this.in = in;
        this.out = out;
    }

    /// Serves until standard input ends.
    public static void main(String[] args) throws IOException {
        PrintStream answers = System.out;
        System.setOut(System.err);
        new Worker(new DataInputStream(new BufferedInputStream(System.in)),
                new DataOutputStream(new BufferedOutputStream(answers)))
                .serve();
    }

    private void serve() throws IOException {
        while (true) {
            int request = in.read();
            if (request < 0) {
                return;
            }
            try {
                answer(Request.values()[request]);
            } catch (Exception | OutOfMemoryError e) {
                StringWriter trace = new StringWriter();
                e.printStackTrace(new PrintWriter(trace));
                out.writeByte(FAILED);
                String text = trace.toString();
                out.writeUTF(text.substring(0, Math.min(text.length(), 8000)));
            }
            out.flush();
        }
    }

    private void answer(Request request) throws Exception {
        switch (request) {
            case BUILD -> build(Task.read(in));
            case OPEN -> open(Task.read(in));
            case FILTER -> filter();
            case WARM -> warm();
            case RUN -> {
                RunResult result = opened().run(RunRequest.read(in));
                out.writeByte(OK);
                result.write(out);
            }
            case MEMORY -> {
                Memory memory = Memory.measure(files);
                out.writeByte(OK);
                memory.write(out);
            }
            case COLD -> cold(Task.read(in), ColdRequest.read(in));
        }
    }

    private QueryLoop opened() {
        QueryLoop opened = loop;
        if (opened == null) {
            throw new IllegalStateException("no index is open");
        }
        return opened;
    }

    private void build(Task task) throws Exception {
        var system = ManagementFactory.getPlatformMXBean(com.sun.management.OperatingSystemMXBean.class);
        VectorSet set = VectorSet.open(task.set());
        long cpu = system.getProcessCpuTime();
        long start = System.nanoTime();
        Engines.byName(task.engine()).build(set, task.parameters(), task.index());
        long wall = System.nanoTime() - start;
        out.writeByte(OK);
        out.writeLong(wall);
        out.writeLong(system.getProcessCpuTime() - cpu);
    }

    private void open(Task task) throws Exception {
        VectorSet set = VectorSet.open(task.set());
        float[][] queries = set.queries();
        Engine engine = Engines.byName(task.engine());
        files = engine.searchesSetFile() ? List.of(task.index(), set.baseFile()) : List.of(task.index());
        long start = System.nanoTime();
        OpenedIndex opened = engine.open(set, task.parameters(), task.index());
        long wall = System.nanoTime() - start;
        index = opened;
        loop = new QueryLoop(opened, queries);
        out.writeByte(OK);
        out.writeLong(wall);
        out.writeBoolean(VectorKernels.simd());
    }

    private void cold(Task task, ColdRequest request) throws Exception {
        VectorSet set = VectorSet.open(task.set());
        float[][] queries = set.queries();
        Engine engine = Engines.byName(task.engine());
        ColdStart start = new ColdLoop().run(() -> engine.open(set, task.parameters(), task.index()), queries, request);
        out.writeByte(OK);
        start.write(out);
    }

    private void filter() throws IOException {
        String name = in.readUTF();
        String order = in.readUTF();
        int size = in.readInt();
        AcceptSet accept = null;
        if (size > 0) {
            long[] words = new long[(size + 63) >>> 6];
            for (int i = 0; i < words.length; i++) {
                words[i] = in.readLong();
            }
            AcceptSet bits = AcceptSet.of(name, words, size);
            accept = new AcceptSet(name, words, size, bits.cardinality(), order.isEmpty() ? null : order);
        }
        opened().accept(accept);
        out.writeByte(OK);
    }

    private void warm() throws Exception {
        int k = in.readInt();
        long window = in.readLong();
        long limit = in.readLong();
        List<SearchSetting> settings = new ArrayList<>();
        for (int n = in.readInt(); n > 0; n--) {
            settings.add(new SearchSetting(in.readInt(), in.readInt(), in.readUTF()));
        }
        VectorKernels.awaitWarm(); // else a busy machine would measure the scalar twins
        ListKernels.awaitWarm();
        QueryLoop.WarmUp warmUp = opened().warm(settings, k, window, limit);
        out.writeByte(OK);
        out.writeLong(warmUp.nanos());
        out.writeBoolean(warmUp.steady());
        out.writeBoolean(warmUp.slow());
    }
}
