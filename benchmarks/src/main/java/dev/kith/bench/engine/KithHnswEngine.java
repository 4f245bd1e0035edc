package dev.kith.bench.engine;

import dev.kith.bench.data.VectorSet;
import dev.kith.core.AcceptOrdinals;
import dev.kith.core.BuildControl;
import dev.kith.core.DenseVectors;
import dev.kith.core.Metric;
import dev.kith.core.TopK;
import dev.kith.core.VectorEncoding;
import dev.kith.hnsw.HnswIndex;
import dev.kith.hnsw.HnswParameters;
import dev.kith.hnsw.NodeRows;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// Our graph over vectors, both mapped from files: as users get it, compact, with links only, and over vectors of two bytes a component.
final class KithHnswEngine implements Engine {
    private static final long SEED = 42;
    private static final String GRAPH = "graph.hnsw";
    private static final String VECTORS = "vectors.rows";
    private final NodeRows rows;
    private final VectorEncoding encoding;

    /// @param rows what nodes carry; [NodeRows#BEST] is the default of the library
    KithHnswEngine(NodeRows rows) {
        this(rows, VectorEncoding.FLOAT32);
    }

    /// @param encoding of the vectors; those that are not float32 are copied to the folder of the index
    KithHnswEngine(NodeRows rows, VectorEncoding encoding) {
        this.rows = rows;
        this.encoding = encoding;
    }

    @Override
    public String name() {
        String base = switch (rows) {
            case BEST -> "kith-hnsw";
            case CODED -> "kith-hnsw-coded";
            case COMPACT -> "kith-hnsw-compact";
            case LINKS -> "kith-hnsw-links";
        };
        return encoding == VectorEncoding.FLOAT32 ? base : base + "-" + encoding.name().toLowerCase(Locale.ROOT);
    }

    @Override
    public String revision() {
        return CodeFingerprint.of(DenseVectors.class, HnswIndex.class);
    }

    @Override
    public String description(BuildParameters parameters) {
        return "Kith HNSW over " + encoding.name().toLowerCase(Locale.ROOT) + ", " + parameters.text() + switch (rows) {
            case BEST -> ", best rows for the vectors (codes of the neighbours from 128 dimensions on)";
            case CODED -> ", codes of the neighbours in each node";
            case COMPACT -> ", four-bit codes of the nodes, vectors read for the rerank only";
            case LINKS -> ", links only";
        } + ", graph and vectors mapped";
    }

    @Override
    public boolean supports(Metric metric) {
        return true;
    }

    @Override
    public List<SearchSetting> sweep(int k) {
        return Sweeps.ef(k);
    }

    @Override
    public boolean searchesSetFile() {
        return encoding == VectorEncoding.FLOAT32;
    }

    @Override
    public void build(VectorSet set, BuildParameters parameters, Path folder) throws IOException {
        try (Arena arena = Arena.ofShared(); FileSink sink = new FileSink(folder.resolve(GRAPH))) {
            HnswParameters hnsw = new HnswParameters(parameters.m(), parameters.efConstruction(), SEED, rows);
            if (encoding != VectorEncoding.FLOAT32) {
                HalfVectors.write(set.vectors(arena), encoding, folder.resolve(VECTORS));
            }
            HnswIndex.build(vectors(set, folder, arena), hnsw, BuildControl.NONE.withThreads(parameters.threads())).save(sink);
        }
    }

    @Override
    @SuppressWarnings("MustBeClosedChecker") // closed by the opened index
    public OpenedIndex open(VectorSet set, BuildParameters parameters, Path folder) throws IOException {
        Arena arena = Arena.ofShared();
        DenseVectors vectors = vectors(set, folder, arena);
        HnswIndex index = HnswIndex.open(map(folder.resolve(GRAPH), arena));
        return new OpenedIndex() {
            @Override
            public Searcher searcher() {
                return new GraphSearcher(index, vectors);
            }

            @Override
            public void close() {
                arena.close();
            }
        };
    }

    private DenseVectors vectors(VectorSet set, Path folder, Arena arena) throws IOException {
        DenseVectors given = set.vectors(arena);
        return encoding == VectorEncoding.FLOAT32
                ? given
                : HalfVectors.of(given, encoding, map(folder.resolve(VECTORS), arena), arena);
    }

    static MemorySegment map(Path file, Arena arena) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            return channel.map(MapMode.READ_ONLY, 0, channel.size(), arena);
        }
    }

    private static final class GraphSearcher implements Searcher {
        private final HnswIndex index;
        private final DenseVectors vectors;
        private final AcceptCache<AcceptOrdinals> accepts = new AcceptCache<>(AcceptSet::ordinals);
        private @Nullable TopK nearest;
        private long computed;

        GraphSearcher(HnswIndex index, DenseVectors vectors) {
            this.index = index;
            this.vectors = vectors;
        }

        @Override
        public int search(float[] query, int k, SearchSetting setting, @Nullable AcceptSet accept, int[] ids) {
            TopK top = nearest;
            if (top == null || top.capacity() != k) {
                top = new TopK(k);
                nearest = top;
            }
            top.clear();
            computed += index.search(vectors.scorer(query), k, setting.effort(), accept == null ? null : accepts.of(accept), top);
            return KithAnswers.copy(top, ids);
        }

        @Override
        public long distances() {
            return computed;
        }
    }
}
