package dev.kith.bench.engine;

import dev.kith.core.VectorEncoding;
import dev.kith.hnsw.NodeRows;
import java.util.List;
import java.util.Locale;

/// All engines by name.
public final class Engines {
    private static final List<Engine> ALL = List.of(new KithHnswEngine(NodeRows.BEST), new KithHnswEngine(NodeRows.COMPACT),
            new KithHnswEngine(NodeRows.LINKS), new KithHnswEngine(NodeRows.BEST, VectorEncoding.FLOAT16),
            new KithHnswEngine(NodeRows.BEST, VectorEncoding.BFLOAT16),
            new KithHnswEngine(NodeRows.COMPACT, VectorEncoding.FLOAT16),
            new KithDbEngine(KithDbEngine.Form.ONE_SEGMENT), new KithDbEngine(KithDbEngine.Form.SETTLED),
            new KithDbEngine(KithDbEngine.Form.FLOAT16), new KithDbEngine(KithDbEngine.Form.FLAT),
            new KithDbEngine(KithDbEngine.Form.LISTS),
            new KithDbEngine(KithDbEngine.Form.LISTS_INT8), new KithIvfEngine(true),
            new KithIvfEngine(false), new ExactEngine(),
            new LuceneEngine(LuceneEngine.Codes.FLOAT32, false), new LuceneEngine(LuceneEngine.Codes.SQ8, false),
            new LuceneEngine(LuceneEngine.Codes.BBQ, false), new LuceneEngine(LuceneEngine.Codes.FLOAT32, true),
            new JVectorHeapEngine(true), new JVectorHeapEngine(false), new JVectorDiskEngine(false), new JVectorDiskEngine(true),
            new HnswlibJavaEngine(), new LangChain4jEngine());

    private Engines() {}

    /// Every engine.
    public static List<Engine> all() {
        return ALL;
    }

    /// The names of all engines.
    public static List<String> names() {
        return ALL.stream().map(Engine::name).toList();
    }

    /// The engine of that name.
    ///
    /// @throws IllegalArgumentException if there is none
    public static Engine byName(String name) {
        return ALL.stream().filter(e -> e.name().equals(name.toLowerCase(Locale.ROOT))).findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no engine " + name + "; there are " + names()));
    }
}
