package dev.kith.cli.demo;

import dev.kith.Collection;
import dev.kith.Database;
import dev.kith.Kith;
import dev.kith.Record;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// The process that [CrashDemo] kills: writes batch after batch and says after each that it was acknowledged.
@Command(name = "demo-writer", hidden = true, description = "Writes without end until it is killed; used by the demo.")
public final class DemoWriterCommand implements Callable<Integer> {
    static final int BATCH = 20;

    @Spec CommandSpec spec;
    @Parameters(index = "0", description = "Folder of the database.") Path folder = Path.of(".");
    @Parameters(index = "1", description = "Number of the first batch.") int first;

    /// Made by the command line.
    public DemoWriterCommand() {}

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        try (Database database = Kith.open(folder)) {
            Collection collection = database.collection(CrashDemo.COLLECTION);
            for (int batch = first; batch < Integer.MAX_VALUE / BATCH; batch++) {
                collection.upsert(batch(batch));
                out.println("acknowledged " + batch);
                out.flush();
            }
        }
        return 0;
    }

    /// The records of a batch; anyone can compute what must be found.
    static List<Record> batch(int number) {
        List<Record> records = new ArrayList<>(BATCH);
        for (int i = 0; i < BATCH; i++) {
            int n = number * BATCH + i;
            records.add(Record.builder("r" + n).vector("v", new float[]{n, 1, n % 7, n % 11}).field("batch", number).build());
        }
        return records;
    }
}
