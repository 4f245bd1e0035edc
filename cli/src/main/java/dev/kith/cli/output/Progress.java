package dev.kith.cli.output;

import java.io.PrintWriter;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import org.jspecify.annotations.Nullable;

/// Shows how far long work has come: a bar where a person watches, a line at each tenth where the output goes to a file.
public final class Progress implements AutoCloseable {
    private final @Nullable ProgressBar bar;
    private final PrintWriter out;
    private final String task;
    private final long total;
    private long shown;

    /// @param total units of work, or -1 if unknown
    public Progress(PrintWriter out, String task, long total) {
        this.out = out;
        this.task = task;
        this.total = total;
        this.bar = System.console() == null || !System.console().isTerminal()
                ? null
                : new ProgressBarBuilder().setTaskName(task).setInitialMax(total).setStyle(ProgressBarStyle.ASCII)
                        .setUpdateIntervalMillis(200).showSpeed().build();
    }

    /// Says that `done` units are done.
    public void at(long done) {
        if (bar != null) {
            bar.stepTo(done);
            return;
        }
        long step = total > 0 ? Math.max(1, total / 10) : 50_000;
        if (done / step > shown / step) {
            out.println("  " + task + ": " + done + (total > 0 ? " of " + total : ""));
            out.flush();
        }
        shown = done;
    }

    @Override
    public void close() {
        if (bar != null) {
            bar.close();
        }
    }
}
