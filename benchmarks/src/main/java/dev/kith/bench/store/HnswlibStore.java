package dev.kith.bench.store;

import dev.kith.bench.engine.VectorStore;
import com.github.jelmerk.hnswlib.core.DistanceFunctions;
import com.github.jelmerk.hnswlib.core.Item;
import com.github.jelmerk.hnswlib.core.SearchResult;
import com.github.jelmerk.hnswlib.core.hnsw.HnswIndex;
import dev.kith.bench.data.VectorSet;
import dev.kith.bench.engine.BuildParameters;
import dev.kith.core.Metric;
import java.util.List;

/// jelmerk's hnswlib with removal enabled. Keeps nothing on disk.
public final class HnswlibStore implements VectorStore {
    record Point(Integer id, float[] vector, long version) implements Item<Integer, float[]> {
        @Override
        public int dimensions() {
            return vector.length;
        }
    }

    private final HnswIndex<Integer, float[], Point, Float> index;
    private long version;

    /// An empty store that may grow to twice the set's rows: places of removed rows are not used again.
    public HnswlibStore(VectorSet set, BuildParameters parameters) {
        index = HnswIndex
                .newBuilder(set.dimension(), set.metric() == Metric.SQUARED_L2
                        ? DistanceFunctions.FLOAT_EUCLIDEAN_DISTANCE
                        : DistanceFunctions.FLOAT_INNER_PRODUCT, set.rows() * 2)
                .withM(parameters.m()).withEfConstruction(parameters.efConstruction()).withRemoveEnabled().build();
    }

    @Override
    public void upsert(int[] rows, float[][] vectors) {
        for (int i = 0; i < rows.length; i++) {
            index.add(new Point(rows[i], vectors[i], ++version));
        }
    }

    @Override
    public void delete(int[] rows) {
        for (int row : rows) {
            index.remove(row, ++version);
        }
    }

    @Override
    public void settle() {
        // Nothing runs in the background.
    }

    @Override
    public int search(float[] query, int k, int ef, int[] ids) {
        index.setEf(ef);
        List<SearchResult<Point, Float>> found = index.findNearest(query, k);
        for (int i = 0; i < found.size(); i++) {
            ids[i] = found.get(i).item().id();
        }
        return found.size();
    }

    @Override
    public void close() {
        // On the heap.
    }
}
