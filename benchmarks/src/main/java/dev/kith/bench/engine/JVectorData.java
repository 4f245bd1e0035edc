package dev.kith.bench.engine;

import dev.kith.bench.data.VectorSet;
import dev.kith.core.DenseVectors;
import dev.kith.core.Metric;
import io.github.jbellis.jvector.graph.ListRandomAccessVectorValues;
import io.github.jbellis.jvector.graph.RandomAccessVectorValues;
import io.github.jbellis.jvector.util.Bits;
import io.github.jbellis.jvector.vector.VectorSimilarityFunction;
import io.github.jbellis.jvector.vector.VectorizationProvider;
import io.github.jbellis.jvector.vector.types.VectorFloat;
import io.github.jbellis.jvector.vector.types.VectorTypeSupport;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Vectors, metrics and filters in JVector's forms.
final class JVectorData {
    private static final VectorTypeSupport TYPES = VectorizationProvider.getInstance().getVectorTypeSupport();

    private JVectorData() {}

    static VectorSimilarityFunction similarity(Metric metric) {
        return switch (metric) {
            case SQUARED_L2 -> VectorSimilarityFunction.EUCLIDEAN;
            case INNER_PRODUCT, COSINE -> VectorSimilarityFunction.DOT_PRODUCT;
        };
    }

    static VectorFloat<?> vector(float[] components) {
        return TYPES.createFloatVector(components);
    }

    static RandomAccessVectorValues values(VectorSet set) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            DenseVectors vectors = set.vectors(arena);
            List<VectorFloat<?>> rows = new ArrayList<>(vectors.count());
            for (int row = 0; row < vectors.count(); row++) {
                float[] vector = new float[vectors.dimension()];
                vectors.copyRow(row, vector);
                rows.add(vector(vector));
            }
            return new ListRandomAccessVectorValues(rows, set.dimension());
        }
    }

    static Bits bits(@Nullable AcceptSet accept) {
        return accept == null ? Bits.ALL : accept::accepts;
    }
}
