package dev.kith.bench.data;

import dev.kith.core.Metric;
import java.net.URI;
import java.util.List;
import java.util.Optional;

/// Data sets that others publish as HDF5, by name and address.
///
/// @param name as its publishers call it
/// @param address where it is fetched from
public record PublicSet(String name, Metric metric, URI address) {
    private static final String ANN_BENCHMARKS = "http://ann-benchmarks.com/";
    private static final String VIBE = "https://huggingface.co/datasets/vector-index-bench/vibe/resolve/main/";
    private static final List<PublicSet> ALL = List.of(ann("fashion-mnist-784-euclidean", Metric.SQUARED_L2),
            ann("mnist-784-euclidean", Metric.SQUARED_L2), ann("sift-128-euclidean", Metric.SQUARED_L2),
            ann("gist-960-euclidean", Metric.SQUARED_L2), ann("glove-25-angular", Metric.COSINE),
            ann("glove-50-angular", Metric.COSINE), ann("glove-100-angular", Metric.COSINE),
            ann("glove-200-angular", Metric.COSINE),
            ann("nytimes-256-angular", Metric.COSINE), ann("deep-image-96-angular", Metric.COSINE),
            ann("coco-i2i-512-angular", Metric.COSINE), vibe("agnews-mxbai-1024-euclidean", Metric.SQUARED_L2),
            vibe("arxiv-nomic-768-normalized", Metric.COSINE), vibe("ccnews-nomic-768-normalized", Metric.COSINE),
            vibe("gooaq-distilroberta-768-normalized", Metric.COSINE), vibe("landmark-nomic-768-normalized", Metric.COSINE),
            vibe("simplewiki-openai-3072-normalized", Metric.COSINE), vibe("yahoo-minilm-384-normalized", Metric.COSINE));

    private static PublicSet ann(String name, Metric metric) {
        return new PublicSet(name, metric, URI.create(ANN_BENCHMARKS + name + ".hdf5"));
    }

    private static PublicSet vibe(String name, Metric metric) {
        return new PublicSet(name, metric, URI.create(VIBE + name + ".hdf5"));
    }

    /// Every known set.
    public static List<PublicSet> all() {
        return ALL;
    }

    /// The set of that name.
    public static Optional<PublicSet> byName(String name) {
        return ALL.stream().filter(s -> s.name.equals(name)).findFirst();
    }
}
