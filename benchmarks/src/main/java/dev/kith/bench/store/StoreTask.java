package dev.kith.bench.store;

import dev.kith.bench.engine.BuildParameters;
import java.nio.file.Path;
import java.util.List;

/// What a store's process does.
///
/// @param set folder of the prepared data set
/// @param folder empty folder of the store
/// @param cycles of churn; 0 means database load
/// @param share of the rows that each cycle takes away and brings back
/// @param batch rows a write
record StoreTask(StoreKind kind, Path set, Path folder, BuildParameters parameters, int ef, int cycles, double share, int batch) {
    StoreTask {
        if (ef < 1 || cycles < 0 || batch < 1 || !(share > 0 && share <= 1)) {
            throw new IllegalArgumentException("ef and batch must be at least 1, share above 0 and at most 1");
        }
    }

    List<String> arguments() {
        return List.of(kind.name(), set.toString(), folder.toString(), Integer.toString(parameters.m()),
                Integer.toString(parameters.efConstruction()), Integer.toString(ef), Integer.toString(cycles),
                Double.toString(share), Integer.toString(batch));
    }

    static StoreTask of(String[] a) {
        return new StoreTask(StoreKind.valueOf(a[0]), Path.of(a[1]), Path.of(a[2]),
                new BuildParameters(Integer.parseInt(a[3]), Integer.parseInt(a[4]), 1), Integer.parseInt(a[5]),
                Integer.parseInt(a[6]), Double.parseDouble(a[7]), Integer.parseInt(a[8]));
    }
}
