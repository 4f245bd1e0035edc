package dev.kith.bench.store;

import dev.kith.bench.engine.KithDbStore;
import dev.kith.bench.engine.VectorStore;
import dev.kith.bench.data.VectorSet;
import dev.kith.bench.engine.BuildParameters;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/// The stores that can be measured.
public enum StoreKind {
    /// The database, every write synced before it is acknowledged.
    KITH_DB("kith-db", true),
    /// Lucene's `IndexWriter`, a commit and a reopened reader after every batch, merges as it does them by itself.
    LUCENE("lucene-hnsw", true),
    /// hnswlib in Java with removal enabled: in memory only.
    HNSWLIB("hnswlib-java", false);

    private final String engine;
    private final boolean durable;

    StoreKind(String engine, boolean durable) {
        this.engine = engine;
        this.durable = durable;
    }

    /// The name in tables and on the command line.
    public String engine() {
        return engine;
    }

    /// Whether acknowledged writes survive a crash.
    public boolean durable() {
        return durable;
    }

    /// Opens the store in a folder, making it if the folder is empty.
    public VectorStore open(VectorSet set, BuildParameters parameters, Path folder) throws Exception {
        return switch (this) {
            case KITH_DB -> new KithDbStore(set, parameters, folder);
            case LUCENE -> new LuceneStore(set, parameters, folder);
            case HNSWLIB -> new HnswlibStore(set, parameters);
        };
    }

    /// The store of that name.
    ///
    /// @throws IllegalArgumentException if there is none
    public static StoreKind byName(String name) {
        return Arrays.stream(values()).filter(k -> k.engine.equals(name)).findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no store " + name + "; there are " + names()));
    }

    /// All names.
    public static List<String> names() {
        return Arrays.stream(values()).map(k -> k.engine).toList();
    }
}
