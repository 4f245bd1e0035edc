package dev.kith.bench.engine;

import com.github.jelmerk.hnswlib.core.DistanceFunction;
import com.github.jelmerk.hnswlib.core.DistanceFunctions;
import com.github.jelmerk.hnswlib.core.Item;
import com.github.jelmerk.hnswlib.core.SearchResult;
import com.github.jelmerk.hnswlib.core.hnsw.HnswIndex;
import dev.kith.bench.data.VectorSet;
import dev.kith.core.DenseVectors;
import dev.kith.core.Metric;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// jelmerk's port of hnswlib to Java, with its own distance functions (scalar loops, boxed results). Takes no filter.
final class HnswlibJavaEngine implements Engine {
    private static final String INDEX = "index.hnswlib";

    /// What the library stores; it writes these by Java serialization itself.
    record Point(Integer id, float[] vector) implements Item<Integer, float[]> {
        @Override
        public int dimensions() {
            return vector.length;
        }
    }

    @Override
    public String name() {
        return "hnswlib-java";
    }

    @Override
    public String revision() {
        return "hnswlib-core 1.2.1";
    }

    @Override
    public String description(BuildParameters parameters) {
        return "jelmerk hnswlib-core 1.2.1 (Java), heap, " + parameters.text();
    }

    @Override
    public boolean supports(Metric metric) {
        return true;
    }

    @Override
    public boolean filters(AcceptSet accept) {
        return false;
    }

    @Override
    public List<SearchSetting> sweep(int k) {
        return Sweeps.ef(k);
    }

    private static DistanceFunction<float[], Float> distance(Metric metric) {
        return switch (metric) {
            case SQUARED_L2 -> DistanceFunctions.FLOAT_EUCLIDEAN_DISTANCE;
            case INNER_PRODUCT, COSINE -> DistanceFunctions.FLOAT_INNER_PRODUCT; // unit vectors
        };
    }

    @Override
    public void build(VectorSet set, BuildParameters parameters, Path folder) throws IOException, InterruptedException {
        HnswIndex<Integer, float[], Point, Float> index = HnswIndex
                .newBuilder(set.dimension(), distance(set.metric()), set.rows()).withM(parameters.m())
                .withEfConstruction(parameters.efConstruction()).build();
        List<Point> points = new ArrayList<>(set.rows());
        try (Arena arena = Arena.ofConfined()) {
            DenseVectors vectors = set.vectors(arena);
            for (int row = 0; row < set.rows(); row++) {
                float[] vector = new float[set.dimension()];
                vectors.copyRow(row, vector);
                points.add(new Point(row, vector));
            }
        }
        if (parameters.threads() == 1) {
            points.forEach(index::add);
        } else {
            index.addAll(points, parameters.threads(), (_, _) -> {}, points.size());
        }
        index.save(folder.resolve(INDEX));
    }

    @Override
    public OpenedIndex open(VectorSet set, BuildParameters parameters, Path folder) throws IOException {
        HnswIndex<Integer, float[], Point, Float> index = HnswIndex.load(folder.resolve(INDEX));
        return new OpenedIndex() {
            @Override
            public Searcher searcher() {
                return new LibrarySearcher(index);
            }

            @Override
            public void close() {
                // On the heap.
            }
        };
    }

    private record LibrarySearcher(HnswIndex<Integer, float[], Point, Float> index) implements Searcher {
        @Override
        public int search(float[] query, int k, SearchSetting setting, @Nullable AcceptSet accept, int[] ids) {
            index.setEf(setting.effort());
            List<SearchResult<Point, Float>> found = index.findNearest(query, k);
            for (int i = 0; i < found.size(); i++) {
                ids[i] = found.get(i).item().id();
            }
            return found.size();
        }

        @Override
        public long distances() {
            return -1;
        }
    }
}
