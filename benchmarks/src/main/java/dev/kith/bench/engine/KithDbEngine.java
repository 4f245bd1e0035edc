package dev.kith.bench.engine;

import dev.kith.Effort;
import dev.kith.Filter;
import dev.kith.IndexSpec;
import dev.kith.Kith;
import dev.kith.VectorField;
import dev.kith.bench.data.RowRanks;
import dev.kith.bench.data.VectorSet;
import dev.kith.core.DenseVectors;
import dev.kith.core.Metric;
import dev.kith.core.VectorEncoding;
import dev.kith.hnsw.HnswIndex;
import dev.kith.ivfpq.IvfPqIndex;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// The whole database: records with ids and metadata, every write synced, answers with ids and scores.
final class KithDbEngine implements Engine {
    /// What the database is asked to be.
    enum Form {
        /// A graph, optimized to one segment, as the peers are.
        ONE_SEGMENT("kith-db", "one segment"),
        /// A graph, as it settles by itself after a load.
        SETTLED("kith-db-settled", "as it settles by itself"),
        /// A graph over vectors of two bytes a component, optimized to one segment.
        FLOAT16("kith-db-float16", "vectors of float16, one segment"),
        /// No index: one segment, scanned.
        FLAT("kith-flat", "no index, one segment"),
        /// Inverted lists, optimized to one segment.
        LISTS("kith-db-lists", "inverted lists, one segment"),
        /// The same with candidates ranked by rounded copies.
        LISTS_INT8("kith-db-lists-int8", "inverted lists ranked by copies of one byte a component, one segment");

        private final String engine;
        private final String text;

        Form(String engine, String text) {
            this.engine = engine;
            this.text = text;
        }

        boolean graph() {
            return this == ONE_SEGMENT || this == SETTLED || this == FLOAT16;
        }
    }

    private static final int BATCH = 1000;
    private final Form form;

    KithDbEngine(Form form) {
        this.form = form;
    }

    @Override
    public String name() {
        return form.engine;
    }

    @Override
    public String revision() {
        return CodeFingerprint.of(DenseVectors.class, HnswIndex.class, IvfPqIndex.class, Kith.class);
    }

    @Override
    public String description(BuildParameters parameters) {
        return "Kith database, " + (form.graph() ? parameters.text() + ", " : "") + "durability on, " + form.text;
    }

    @Override
    public boolean supports(Metric metric) {
        return true;
    }

    @Override
    public boolean filters(AcceptSet accept) {
        return accept.order() != null; // its filters are conditions on metadata: here the ranks of the rows
    }

    @Override
    public List<SearchSetting> sweep(int k) {
        return switch (form) {
            case ONE_SEGMENT, SETTLED, FLOAT16 -> Sweeps.ef(k);
            case FLAT -> List.of(new SearchSetting(1, 0, "exact"));
            case LISTS, LISTS_INT8 -> Sweeps.lists(k);
        };
    }

    @Override
    public void build(VectorSet set, BuildParameters parameters, Path folder) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            DenseVectors vectors = set.vectors(arena);
            Map<String, int[]> orders = Map.of("random", RowRanks.random(set.rows()), "region", RowRanks.region(vectors));
            try (KithDbStore store = new KithDbStore(set, Files.createDirectory(folder.resolve("db")), field(set, parameters),
                    orders)) {
                load(set, vectors, store);
            }
        }
    }

    private VectorField field(VectorSet set, BuildParameters parameters) {
        VectorField field = KithDbStore.field(set).withIndex(index(parameters));
        return form == Form.FLOAT16 ? field.withEncoding(VectorEncoding.FLOAT16) : field;
    }

    private IndexSpec index(BuildParameters parameters) {
        return switch (form) {
            case ONE_SEGMENT, SETTLED, FLOAT16 -> IndexSpec.hnsw(parameters.m(), parameters.efConstruction());
            case FLAT -> IndexSpec.flat();
            case LISTS -> IndexSpec.ivfPq();
            case LISTS_INT8 -> IndexSpec.ivfPq().withRerank(IndexSpec.IvfPq.Rerank.INT8);
        };
    }

    private void load(VectorSet set, DenseVectors vectors, KithDbStore store) {
        for (int from = 0; from < set.rows(); from += BATCH) {
            int[] rows = IntStream.range(from, Math.min(set.rows(), from + BATCH)).toArray();
            float[][] copies = new float[rows.length][set.dimension()];
            for (int i = 0; i < rows.length; i++) {
                vectors.copyRow(rows[i], copies[i]);
            }
            store.upsert(rows, copies);
        }
        if (form == Form.SETTLED) {
            store.rest();
        } else {
            store.settle();
        }
    }

    @Override
    @SuppressWarnings("MustBeClosedChecker") // closed by the opened index
    public OpenedIndex open(VectorSet set, BuildParameters parameters, Path folder) {
        KithDbStore store = new KithDbStore(set, folder.resolve("db"), field(set, parameters), Map.of());
        return new OpenedIndex() {
            @Override
            public Searcher searcher() {
                return new DbSearcher(store, form);
            }

            @Override
            public void close() {
                store.close();
            }
        };
    }

    private record DbSearcher(KithDbStore store, Form form) implements Searcher {
        @Override
        public int search(float[] query, int k, SearchSetting setting, @Nullable AcceptSet accept, int[] ids) {
            Effort effort = switch (form) {
                case ONE_SEGMENT, SETTLED, FLOAT16 -> Effort.efSearch(setting.effort());
                case FLAT -> Effort.exact();
                case LISTS, LISTS_INT8 -> Effort.lists(setting.effort(), setting.rerank());
            };
            return store.search(query, k, effort, filter(accept), ids);
        }

        private static Filter filter(@Nullable AcceptSet accept) {
            return accept == null
                    ? Filter.all()
                    : Filter.lt(Objects.requireNonNull(accept.order(), "order"), accept.cardinality());
        }

        @Override
        public long distances() {
            return -1;
        }
    }
}
