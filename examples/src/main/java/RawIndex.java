import dev.kith.core.BuildControl;
import dev.kith.core.DenseVectors;
import dev.kith.core.Metric;
import dev.kith.core.TopK;
import dev.kith.core.VectorEncoding;
import dev.kith.hnsw.HnswIndex;
import dev.kith.hnsw.HnswParameters;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

// Similarity search on the raw index, without the database: rows in native memory, ordinals instead of ids, nothing on disk.
void main() {
    int count = 20_000;
    int dimension = 64;
    Random random = new Random(7);
    try (Arena arena = Arena.ofShared()) {
        MemorySegment rows = arena.allocate((long) count * dimension * Float.BYTES, 64);
        for (long i = 0; i < (long) count * dimension; i++) {
            rows.setAtIndex(ValueLayout.JAVA_FLOAT, i, (float) random.nextGaussian());
        }
        DenseVectors vectors = DenseVectors.of(Metric.SQUARED_L2, VectorEncoding.FLOAT32, dimension, count,
                (long) dimension * Float.BYTES, rows);

        long start = System.nanoTime();
        HnswIndex index = HnswIndex.build(vectors, HnswParameters.DEFAULT, BuildControl.NONE);
        IO.println("built a graph over " + index.size() + " vectors in " + (System.nanoTime() - start) / 1_000_000 + " ms");

        float[] query = new float[dimension];
        vectors.copyRow(4711, query);
        query[0] += 0.1f;
        TopK nearest = new TopK(5);
        long distances = index.search(vectors.scorer(query), 5, 64, null, nearest);
        for (long key : nearest.toSortedKeys()) {
            IO.println("ordinal " + TopK.ordinal(key) + "  squared distance " + TopK.distance(key));
        }
        IO.println("computed " + distances + " distances instead of " + count);
    }
}
